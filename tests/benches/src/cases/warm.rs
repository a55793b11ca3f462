//! A call in a process that waits for it, beside eight bytes to such a process and back: through pipes, and through a socket,
//! which alone passes descriptors.

use super::bare;
use crate::case::Case;
use crate::programs;
use landlock_runtime::sandbox;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

#[sandbox(isolate = process(reuse, workers = 1), read = "/etc")]
fn in_warm_process(number: u64) -> u64 {
    number + 1
}

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new("process(reuse)")
        .timed("pipe round trip", pipes())
        .timed("socket round trip", socket())
        .timed("process(reuse)", || in_warm_process(1))
        .timed("thread: spawn, join", || bare(|| ()))
        .limit("process(reuse)", "pipe round trip", 2.00)
        .limit("process(reuse)", "thread: spawn, join", 1.00);
    vec![case]
}

fn pipes() -> impl FnMut() -> [u8; 8] {
    let mut echo = Echo::start(Stdio::piped(), Stdio::piped());
    let (to, from) = (echo.0.stdin.take(), echo.0.stdout.take());
    round_trip(to.expect("it has a pipe"), from.expect("it has a pipe"), echo)
}

fn socket() -> impl FnMut() -> [u8; 8] {
    let (ours, theirs) = UnixStream::pair().expect("there are sockets");
    let twin = |socket: &UnixStream| socket.try_clone().expect("it can be open twice");
    let echo = Echo::start(OwnedFd::from(twin(&theirs)).into(), OwnedFd::from(theirs).into());
    round_trip(twin(&ours), ours, echo)
}

/// A process that gives back what it gets.
struct Echo(Child);

impl Echo {
    fn start(stdin: Stdio, stdout: Stdio) -> Echo {
        let child = Command::new(programs::path("echo")).stdin(stdin).stdout(stdout).spawn();
        Echo(child.expect("the program starts"))
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).expect("it was there until now");
    }
}

fn round_trip(mut to: impl Write, mut from: impl Read, echo: Echo) -> impl FnMut() -> [u8; 8] {
    move || {
        let _alive = &echo;
        let mut word = [1; 8];
        to.write_all(&word).and_then(|()| from.read_exact(&mut word)).expect("the other end is there");
        word
    }
}
