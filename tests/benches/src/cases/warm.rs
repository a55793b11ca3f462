//! A call in a process that waits for it, beside eight bytes through a pipe to such a process and back.

use crate::case::Case;
use crate::programs;
use landlock_runtime::sandbox;
use std::io::{Read as _, Write as _};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

#[sandbox(isolate = process(reuse, workers = 1), read = "/etc")]
fn in_warm_process(number: u64) -> u64 {
    number + 1
}

pub(super) fn cases() -> Vec<Case> {
    let (mut to, mut from) = echo();
    let mut round_trip = move || {
        let mut word = [1; 8];
        to.write_all(&word).and_then(|()| from.read_exact(&mut word)).expect("the other end is there");
        word
    };
    let case = Case::new("process(reuse)")
        .timed("pipe round trip", move || round_trip())
        .timed("process(reuse)", || in_warm_process(1))
        .timed("thread: spawn, join", || thread::scope(|scope| scope.spawn(|| 2).join()))
        .limit("process(reuse)", "pipe round trip", 2.00)
        .limit("process(reuse)", "thread: spawn, join", 1.00);
    vec![case]
}

/// A process that gives back what it gets, and ends when its input does.
fn echo() -> (ChildStdin, ChildStdout) {
    let mut command = Command::new(programs::path("echo"));
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    let (to, from) = (child.stdin, child.stdout);
    (to.expect("it has a pipe"), from.expect("it has a pipe"))
}
