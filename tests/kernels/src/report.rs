//! What is printed: each machine as it ends, the table, what was skipped and why, what failed, and the table for people.

use crate::machines::{Landlock, Machine, NEWEST_ABI};
use crate::results::{Outcome, Results};
use crate::suites::SUITES;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

/// One machine that was to run.
pub(crate) struct Ran {
    pub(crate) machine: Machine,
    /// The version of the kernel's package.
    pub(crate) version: String,
    pub(crate) took: Duration,
    pub(crate) results: Results,
    /// What kept it from coming to its end.
    pub(crate) trouble: Option<String>,
    /// The last that its kernel printed.
    pub(crate) kernel_log: String,
}

const USERS: [&str; 2] = ["root", "uid 65534"];

/// How many cases ended how.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Counts {
    fn text(self) -> String {
        if self == Counts::default() {
            "-".to_owned()
        } else {
            format!("{}/{}/{}", self.passed, self.failed, self.skipped)
        }
    }
}

impl Ran {
    fn counts(&self, suite: Option<&str>, user: Option<&str>) -> Counts {
        let mut counts = Counts::default();
        let runs = self.results.runs.iter().filter(|run| suite.is_none_or(|suite| run.suite == suite));
        let cases = runs.flat_map(|run| &run.cases).filter(|case| user.is_none_or(|user| case.user == user));
        for case in cases {
            match case.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed => counts.failed += 1,
                Outcome::Skipped(_) => counts.skipped += 1,
            }
        }
        counts
    }

    /// One line, as soon as it is known.
    pub(crate) fn line(&self) -> String {
        let Counts { passed, failed, skipped } = self.counts(None, None);
        let defects = if self.defects().is_empty() { "" } else { "  NOT GREEN" };
        let (machine, took) = (self.machine.to_string(), self.took.as_secs());
        format!("{machine:14} {passed:4} passed, {failed} failed, {skipped} skipped in {took} s{defects}")
    }

    /// All that keeps it from being green.
    pub(crate) fn defects(&self) -> Vec<String> {
        let results = &self.results;
        let mut defects = Vec::new();
        if self.trouble.is_some() || !results.done {
            let trouble = self.trouble.as_deref().unwrap_or("it was off before it was done");
            defects.push(format!("{trouble}; its kernel printed last:\n{}", self.kernel_log));
        }
        if results.kernel.is_empty() {
            return defects;
        }
        if !results.kernel.starts_with(&format!("{}.", self.machine.series)) {
            defects.push(format!("its kernel is {:?}", results.kernel));
        }
        let expected = (self.machine.abi, self.machine.without().unwrap_or_default().to_owned());
        if results.abi.as_ref() != Some(&expected) {
            defects.push(format!("found ABI {:?}, expected {expected:?}", results.abi));
        }
        defects.extend(self.missing_calls());
        for run in &results.runs {
            if let Some(defect) = &run.defect {
                defects.push(format!("{}: {defect}\n{}", run.suite, run.output));
            } else if run.cases.iter().any(|case| case.outcome == Outcome::Failed) {
                let shown = run.output.find("\nfailures:").map_or(&*run.output, |at| &run.output[at..]);
                defects.push(format!("{}: {}", run.suite, shown.trim_start()));
            }
        }
        defects
    }

    /// What is missing of the tables by which emulated ABIs are held against real ones.
    fn missing_calls(&self) -> Option<String> {
        let of_kernel = self.machine.landlock == Landlock::AsBuilt;
        let first = if self.machine.abi == NEWEST_ABI { 1 } else { self.machine.abi.max(1) };
        let expected: Vec<_> = (first..=self.machine.abi).filter(|_| of_kernel).collect();
        let complete = |(abi, table): &&(u32, String)| {
            table.starts_with(&format!("version 0: {abi}\n")) && table.contains("\nrestrict with 32: ")
        };
        let found: Vec<_> = self.results.calls.iter().filter(complete).map(|(abi, _)| *abi).collect();
        (found != expected).then(|| format!("what the system calls answer is known of {found:?}, not {expected:?}"))
    }
}

/// Machine by test target and user: passed, failed, skipped.
pub(crate) fn table(ran: &[Ran]) -> String {
    let mut rows = vec![["machine", "kernel", "ABI", "user"].map(str::to_owned).to_vec()];
    rows[0].extend(SUITES.iter().map(|suite| suite.name.to_owned()));
    for ran in ran {
        for user in USERS {
            let mut row =
                vec![ran.machine.to_string(), ran.version.clone(), ran.machine.abi.to_string(), user.to_owned()];
            row.extend(SUITES.iter().map(|suite| ran.counts(Some(suite.name), Some(user)).text()));
            rows.push(row);
        }
    }
    let columns = rows[0].len();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut table = String::new();
    for row in rows {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(table, "{}", cells.join("  ").trim_end());
    }
    table
}

/// What was skipped, by the reason, and on which machines.
pub(crate) fn skipped(ran: &[Ran]) -> String {
    let mut machines_of: BTreeMap<(&str, Vec<&str>), Vec<String>> = BTreeMap::new();
    for ran in ran {
        let mut names_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for case in ran.results.cases() {
            if let Outcome::Skipped(reason) = &case.outcome {
                let (wanted, _found) = reason.split_once(", found").unwrap_or((reason, ""));
                names_of.entry(wanted).or_default().insert(&case.name);
            }
        }
        for (wanted, names) in names_of {
            machines_of.entry((wanted, names.into_iter().collect())).or_default().push(ran.machine.to_string());
        }
    }
    let line = |((wanted, names), machines): (&(&str, Vec<&str>), &Vec<String>)| {
        format!("{wanted}, skipped on {}: {}\n", machines.join(" "), names.join(", "))
    };
    machines_of.iter().map(line).collect()
}

/// How many cases ran on each ABI.
pub(crate) fn by_abi(ran: &[Ran]) -> String {
    let mut cases: BTreeMap<u32, usize> = BTreeMap::new();
    for ran in ran {
        let Counts { passed, failed, .. } = ran.counts(None, None);
        *cases.entry(ran.machine.abi).or_default() += passed + failed;
    }
    let cases: Vec<_> = cases.iter().map(|(abi, cases)| format!("{abi}: {cases}")).collect();
    format!("cases per ABI: {}", cases.join(", "))
}

/// ABIs of which a real kernel and an emulated one answer differently, line by line.
pub(crate) fn disagreements(ran: &[Ran]) -> Vec<String> {
    let tables: Vec<_> = ran.iter().flat_map(|ran| ran.results.calls.iter().map(move |table| (ran, table))).collect();
    let mut disagreements = Vec::new();
    for (at, (one, (abi, table))) in tables.iter().enumerate() {
        for (other, (_, of_other)) in tables[at + 1..].iter().filter(|(_, (other, _))| other == abi) {
            let (lines, of_other): (Vec<_>, Vec<_>) = (table.lines().collect(), of_other.lines().collect());
            let differing = lines.iter().zip(&of_other).filter(|(one, other)| one != other);
            let differing: Vec<_> = differing.map(|(one, other)| format!("\n  {one} / {other}")).collect();
            if !differing.is_empty() || lines.len() != of_other.len() {
                let (one, other) = (one.machine, other.machine);
                disagreements.push(format!("ABI {abi} of {one} and of {other} differ:{}", differing.concat()));
            }
        }
    }
    disagreements
}

/// The table of the README.
pub(crate) fn markdown(ran: &[Ran]) -> String {
    let row = |ran: &Ran| {
        let [root, nobody] = USERS.map(|user| ran.counts(None, Some(user)));
        let (kernel, abi, skipped) = (kernel(ran.machine), ran.machine.abi, root.skipped + nobody.skipped);
        format!("| {kernel} | `{}` | {abi} | {} | {} | {skipped} |\n", ran.version, root.passed, nobody.passed)
    };
    let head = "| kernel | package | ABI | as root | as uid 65534 | skipped |\n|---|---|---|---|---|---|\n";
    [head.to_owned()].into_iter().chain(ran.iter().map(row)).collect()
}

/// What a machine runs, for people.
fn kernel(machine: Machine) -> String {
    let series = machine.series;
    match machine.landlock {
        Landlock::AsBuilt if machine.abi == 0 => format!("Linux {series}, before Landlock"),
        Landlock::AsBuilt => format!("Linux {series}"),
        Landlock::Disabled => format!("Linux {series}, `lsm=` without Landlock"),
        Landlock::Emulated => format!("Linux {series}, emulated"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_a_row_for_each_machine() {
        let readme = include_str!("../../../README.md");
        let (_, table) = readme.split_once("| kernel | package |").expect("the table is there");
        let mut rows = table.lines().skip(2);
        for machine in Machine::all() {
            let row: Vec<_> = rows.next().unwrap_or_default().split(" | ").collect();
            let [first, _package, abi, ..] = row[..] else { panic!("no row for {machine}") };
            assert_eq!((first, abi), (&*format!("| {}", kernel(machine)), &*machine.abi.to_string()));
        }
        assert_eq!(rows.next(), Some(""), "no other row");
    }

    fn ran(machine: Machine, calls: &[(u32, &str)]) -> Ran {
        let calls = calls.iter().map(|(abi, table)| (*abi, (*table).to_owned())).collect();
        let results = Results { calls, ..Results::default() };
        Ran { machine, version: String::new(), took: Duration::ZERO, results, trouble: None, kernel_log: String::new() }
    }

    #[test]
    fn kernels_of_one_abi_must_agree() {
        let [first, .., last] = Machine::all()[..] else { panic!("there are two") };
        let real = ran(first, &[(2, "bit 1: ok\nbit 2: ok\n")]);
        let alike = ran(last, &[(1, "bit 1: ok\n"), (2, "bit 1: ok\nbit 2: ok\n")]);
        let different = ran(last, &[(2, "bit 1: ok\nbit 2: Invalid argument\n")]);
        let shorter = ran(last, &[(2, "bit 1: ok\n")]);
        assert_eq!(disagreements(&[real, alike]), [""; 0]);
        let real = || ran(first, &[(2, "bit 1: ok\nbit 2: ok\n")]);
        assert!(disagreements(&[real(), different])[0].contains("bit 2: ok / bit 2: Invalid argument"));
        assert_eq!(disagreements(&[real(), shorter]).len(), 1);
    }
}
