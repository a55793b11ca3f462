//! What a machine said, read: each case with how it ended, and whether the machine came to its end.

use crate::serial::Line;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Why it says nothing about this kernel or user.
    Skipped(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) outcome: Outcome,
}

/// One run of a test target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    pub(crate) suite: String,
    pub(crate) cases: Vec<Case>,
    pub(crate) output: String,
    /// What is wrong with it besides failed cases.
    pub(crate) defect: Option<String>,
}

/// All that a machine said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Results {
    pub(crate) kernel: String,
    pub(crate) abi: Option<(u32, String)>,
    pub(crate) runs: Vec<Run>,
    /// What the system calls answered, by the ABI of the kernel or the emulated one.
    pub(crate) calls: Vec<(u32, String)>,
    pub(crate) done: bool,
}

impl Results {
    pub(crate) fn read(said: &str) -> Results {
        let mut results = Results::default();
        let mut text = String::new();
        let mut open: Option<Line> = None;
        for line in said.lines() {
            let Some(marked) = Line::parse(line) else {
                text.push_str(line);
                text.push('\n');
                continue;
            };
            let before = std::mem::take(&mut text);
            match (open.take(), &marked) {
                (Some(Line::Starts(suite, user)), Line::Ended(code)) => {
                    results.runs.push(Run::read(suite, &user, before, Some(*code)));
                }
                (Some(Line::Starts(suite, user)), _) => results.runs.push(Run::read(suite, &user, before, None)),
                (Some(Line::Calls(abi)), _) => results.calls.push((abi, before)),
                _ => {}
            }
            match marked {
                Line::Kernel(release) => results.kernel = release,
                Line::Abi(abi, without) => results.abi = Some((abi, without)),
                Line::Done => results.done = true,
                Line::Ended(_) => {}
                marked @ (Line::Starts(..) | Line::Calls(_)) => open = Some(marked),
            }
        }
        if let Some(Line::Starts(suite, user)) = open {
            results.runs.push(Run::read(suite, &user, text, None));
        }
        results
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.runs.iter().flat_map(|run| &run.cases)
    }
}

impl Run {
    fn read(suite: String, user: &str, output: String, code: Option<i32>) -> Run {
        let mut cases = cases(&output, user);
        for (name, reason) in skips(&output) {
            for case in cases.iter_mut().filter(|case| case.name == name && case.outcome == Outcome::Passed) {
                case.outcome = Outcome::Skipped(reason.to_owned());
            }
        }
        let failed = cases.iter().filter(|case| case.outcome == Outcome::Failed).count();
        let defect = match (code, closing(&output)) {
            (None, _) => Some("it did not come to its end".to_owned()),
            (Some(code), None) => Some(format!("it has no closing line, and ended with {code}")),
            (Some(_), Some(0)) => Some("it has no case".to_owned()),
            (Some(_), Some(cases_said)) if cases_said != cases.len() => {
                Some(format!("{} cases can be read of {cases_said}", cases.len()))
            }
            (Some(code), Some(_)) if (code == 0) != (failed == 0) => {
                Some(format!("it ended with {code}, but {failed} cases failed"))
            }
            _ => None,
        };
        Run { suite, cases, output, defect }
    }
}

/// The cases, each of a line such as `test name ... ok`. What a test writes past its harness stands between its name and its
/// outcome: among it, that it skips itself.
fn cases(output: &str, user: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut is_open = false;
    for line in output.lines() {
        let mut said = line;
        if let Some((name, rest)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... ")) {
            cases.push(begun(name, user));
            (is_open, said) = (true, rest);
        }
        let Some(case) = cases.last_mut().filter(|_| is_open) else { continue };
        let is_skipped = matches!(case.outcome, Outcome::Skipped(_));
        is_open = !matches!(said, "ok" | "ignored" | "FAILED");
        match said {
            "FAILED" => case.outcome = Outcome::Failed,
            _ if is_skipped => {}
            "ok" => case.outcome = Outcome::Passed,
            "ignored" => case.outcome = Outcome::Skipped(said.to_owned()),
            _ => {
                if let Some(reason) = said.strip_prefix("SKIPPED: ") {
                    let (reason, _place) = reason.rsplit_once(" (").unwrap_or((reason, ""));
                    case.outcome = Outcome::Skipped(reason.to_owned());
                }
            }
        }
    }
    cases
}

/// A case by its name, `name [root] [reason]`, in which the user and the reason may be missing. It has failed until it says
/// otherwise.
fn begun(name: &str, user: &str) -> Case {
    let (name, notes) = name.trim_end().split_once(" [").unwrap_or((name.trim_end(), ""));
    let notes = notes.trim_end_matches(']').split("] [").filter(|note| !note.is_empty());
    let (users, reasons): (Vec<_>, Vec<_>) = notes.partition(|note| *note == "root" || note.starts_with("uid "));
    let outcome = reasons.first().map_or(Outcome::Failed, |reason| Outcome::Skipped((*reason).to_owned()));
    Case { name: name.to_owned(), user: (*users.first().unwrap_or(&user)).to_owned(), outcome }
}

/// The tests of the compiler's harness that said that they skip themselves, and why.
fn skips(output: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut name = "";
    output.lines().filter_map(move |line| {
        if let Some(title) = line.strip_prefix("---- ") {
            name = title.strip_suffix(" stdout ----").unwrap_or(title);
        }
        Some((name, line.strip_prefix("SKIPPED: ")?))
    })
}

/// How many cases the closing line tells of.
fn closing(output: &str) -> Option<usize> {
    let closing = output.lines().rev().find_map(|line| line.strip_prefix("test result: "))?;
    let counts = closing.split(['.', ';']).filter_map(|part| {
        let (count, what) = part.trim().split_once(' ')?;
        ["passed", "failed", "ignored"].contains(&what).then(|| count.parse::<usize>().ok())?
    });
    Some(counts.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
@@ kernel 6.1.0-56-cloud-amd64
@@ abi 2 
@@ starts enforce root
Landlock ABI of this kernel: 2

running 4 tests
test files::read [root]                         ... ok
test files::read [uid 65534]                    ... FAILED
test net::tcp [root] [needs ABI 4, found 2]     ... ignored
test net::tcp [uid 65534] [needs ABI 4, found 2] ... ignored

failures:

test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.20s

@@ ended 101
@@ starts functions uid 65534

running 6 tests
test ports ... ok
test gaps ... SKIPPED: needs ABI 3, found 2 (tests/gaps.rs:12)
SKIPPED: needs ABI 4, found 2 (tests/gaps.rs:12)
ok
test values ... ok
test panics ... 
thread 'main' panicked at tests/panics.rs:12:5:
in another process
ok
test crashes ... last words
FAILED
test quiet [needs ABI 10, found 2] ... ignored

successes:

---- ports stdout ----
SKIPPED: needs ABI 4, found 2

test result: FAILED. 4 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

@@ ended 101
@@ calls 2
version 0: 2
@@ done
";

    fn case(name: &str, user: &str, outcome: Outcome) -> Case {
        Case { name: name.to_owned(), user: user.to_owned(), outcome }
    }

    #[test]
    fn cases_have_their_users_and_reasons() {
        let results = Results::read(SAID);
        assert_eq!((results.kernel.as_str(), results.done), ("6.1.0-56-cloud-amd64", true));
        assert_eq!(results.abi, Some((2, String::new())));
        let skipped = || Outcome::Skipped("needs ABI 4, found 2".to_owned());
        let expected = [
            case("files::read", "root", Outcome::Passed),
            case("files::read", "uid 65534", Outcome::Failed),
            case("net::tcp", "root", skipped()),
            case("net::tcp", "uid 65534", skipped()),
            case("ports", "uid 65534", skipped()),
            case("gaps", "uid 65534", Outcome::Skipped("needs ABI 3, found 2".to_owned())),
            case("values", "uid 65534", Outcome::Passed),
            case("panics", "uid 65534", Outcome::Passed),
            case("crashes", "uid 65534", Outcome::Failed),
            case("quiet", "uid 65534", Outcome::Skipped("needs ABI 10, found 2".to_owned())),
        ];
        assert_eq!(results.cases().cloned().collect::<Vec<_>>(), expected);
        assert!(results.runs.iter().all(|run| run.defect.is_none()), "{:?}", results.runs);
        assert_eq!(results.calls, [(2, "version 0: 2\n".to_owned())]);
    }

    #[test]
    fn what_ends_early_is_a_defect() {
        let (early, _) = SAID.rsplit_once("test result: ").expect("it is there");
        let results = Results::read(early);
        assert!(!results.done);
        assert_eq!(results.runs[1].defect.as_deref(), Some("it did not come to its end"));
        let without_closing = SAID.replace("test result: FAILED. 4 passed", "");
        assert!(Results::read(&without_closing).runs[1].defect.is_some());
        let none =
            "@@ starts audit root\ntest result: ok. 0 passed; 0 failed; 0 ignored; 18 filtered out\n@@ ended 0\n";
        assert_eq!(Results::read(none).runs[0].defect.as_deref(), Some("it has no case"));
        let lost = SAID.replace("test values ... ok", "");
        assert_eq!(Results::read(&lost).runs[1].defect.as_deref(), Some("5 cases can be read of 6"));
        let wrong_code = SAID.replace("@@ ended 101", "@@ ended 0");
        assert!(Results::read(&wrong_code).runs[0].defect.is_some());
    }
}
