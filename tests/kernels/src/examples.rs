//! The examples as tests: each ends well only if everything in it came as this kernel promises. Their results are written as
//! those of the other targets are.

use crate::Attempt;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// Runs each, and answers with the exit code of a test target.
pub(crate) fn run(programs: &[&Path], mut port: &File, started: impl Fn(&Path) -> Command) -> Attempt<i32> {
    let (mut passed, mut failures) = (0, Vec::new());
    for program in programs {
        let name = program.file_name().unwrap_or_default().display();
        let Output { status, stdout, stderr } = started(program).output()?;
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        if status.success() && stdout.contains("allowed") && stdout.contains("denied") {
            writeln!(port, "test {name} ... ok")?;
            passed += 1;
        } else {
            writeln!(port, "test {name} ... FAILED")?;
            failures.push(format!("---- {name} ----\n{status}\n{stdout}\n{stderr}\n"));
        }
    }
    let (word, failed) = (if failures.is_empty() { "ok" } else { "FAILED" }, failures.len());
    let failures = failures.join("\n");
    writeln!(port, "\nfailures:\n\n{failures}\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored")?;
    Ok(i32::from(failed > 0))
}
