//! A program with the plan policy: from its start to its end, and the step alone, as a fresh process takes it for the first
//! time.

use crate::case::Case;
use crate::programs;
use std::process::Command;
use std::time::Duration;

pub(super) fn cases() -> Vec<Case> {
    let start = |name: &str| {
        let program = programs::path(name);
        move || programs::run(&program, &[])
    };
    let step = |name: &str| {
        let mut command = Command::new(programs::path(name));
        move || {
            let output = command.output().expect("the program starts").stdout;
            let nanoseconds = str::from_utf8(&output).ok().and_then(|text| text.trim_end().parse().ok());
            Duration::from_nanos(nanoseconds.expect("it prints how long it took"))
        }
    };
    vec![
        Case::new("a whole process")
            .timed("no sandbox", start("start_none"))
            .timed("raw", start("start_raw"))
            .timed("landlock crate", start("start_by_hand"))
            .timed("#[sandbox]", start("start_sandbox")),
        Case::new("the step in a fresh process")
            .variant("raw", step("step_raw"))
            .variant("landlock crate", step("step_by_hand"))
            .variant("policy!", step("step_sandbox"))
            .limit("policy!", "raw", 1.10)
            .limit("policy!", "landlock crate", 1.00),
    ]
}
