//! Child programs: a command that restricts what it starts, and a start from a parent that holds much memory.

use crate::case::Case;
use crate::programs;
use landlock_bench_programs::raw;
use landlock_runtime::{Policy, optional};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

/// What the parent holds.
const MEMORY: usize = 256 << 20;

pub(super) fn cases() -> Vec<Case> {
    let program = programs::path("start_none");
    let run = |start: fn(&Path)| {
        let program = program.clone();
        move || start(&program)
    };
    vec![
        Case::new("a command")
            .timed("empty pre_exec", run(|program| wait(raw::empty_pre_exec(&mut Command::new(program)))))
            .timed("plain", run(|program| wait(&mut Command::new(program))))
            .timed("apply_to", run(apply_to))
            .limit("apply_to", "empty pre_exec", 1.05),
        Case::new("a start with 256 MiB in use")
            .timed("plain", with_memory(run(|program| wait(&mut Command::new(program)))))
            .timed("spawn", run(spawn))
            .timed("apply_to", run(apply_to))
            .limit("spawn", "plain", 1.50),
    ]
}

/// Holds the memory from its first run on, which does not count, until the case is over.
fn with_memory(mut run: impl FnMut()) -> impl FnMut() {
    let mut memory = None;
    move || {
        black_box(memory.get_or_insert_with(|| vec![1_u8; MEMORY]));
        run();
    }
}

fn wait(command: &mut Command) {
    let status = command.status().expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}

fn policy(program: &Path) -> Policy {
    Policy::new().exec(program).exec("/usr").exec(optional("/lib")).exec(optional("/lib64"))
}

fn apply_to(program: &Path) {
    let mut command = Command::new(program);
    let _report = policy(program).apply_to(&mut command).expect("the command restricts");
    wait(&mut command);
}

fn spawn(program: &Path) {
    let child = policy(program).spawn(&mut Command::new(program));
    let status = child.expect("the program starts").wait().expect("it is a child");
    assert!(status.success(), "{program:?}: {status}");
}
