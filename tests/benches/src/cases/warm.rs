//! A call in a process that waits for it, beside eight bytes to such a process and back: through pipes, and through a socket,
//! which alone passes descriptors.

use crate::case::Case;
use crate::programs;
use landlock_runtime::sandbox;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::thread;

#[sandbox(isolate = process(reuse, workers = 1), read = "/etc")]
fn in_warm_process(number: u64) -> u64 {
    number + 1
}

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new("process(reuse)")
        .timed("pipe round trip", pipes())
        .timed("socket round trip", socket())
        .timed("process(reuse)", || in_warm_process(1))
        .timed("thread: spawn, join", || thread::scope(|scope| scope.spawn(|| 2).join()))
        .limit("process(reuse)", "pipe round trip", 2.00)
        .limit("process(reuse)", "thread: spawn, join", 1.00);
    vec![case]
}

fn pipes() -> impl FnMut() -> [u8; 8] {
    let child = echo(Stdio::piped(), Stdio::piped());
    round_trip(child.stdin.expect("it has a pipe"), child.stdout.expect("it has a pipe"))
}

fn socket() -> impl FnMut() -> [u8; 8] {
    let (ours, theirs) = UnixStream::pair().expect("there are sockets");
    let twin = |socket: &UnixStream| socket.try_clone().expect("it can be open twice");
    echo(OwnedFd::from(twin(&theirs)).into(), OwnedFd::from(theirs).into());
    round_trip(twin(&ours), ours)
}

/// A process that gives back what it gets, and ends when its input does.
fn echo(stdin: Stdio, stdout: Stdio) -> Child {
    Command::new(programs::path("echo")).stdin(stdin).stdout(stdout).spawn().expect("the program starts")
}

fn round_trip(mut to: impl Write, mut from: impl Read) -> impl FnMut() -> [u8; 8] {
    move || {
        let mut word = [1; 8];
        to.write_all(&word).and_then(|()| from.read_exact(&mut word)).expect("the other end is there");
        word
    }
}
