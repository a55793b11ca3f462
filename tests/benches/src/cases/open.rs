//! Opening a file under layers that are on already: what the kernel charges, whoever put them there.

use crate::case::{Case, time};
use landlock_bench_programs::raw::{self, access};
use landlock_runtime::Policy;
use std::fs::File;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

const FILE: &str = "/etc/passwd";
/// How many times it is opened at once.
const OPENS: u32 = 200;

pub(super) fn cases() -> Vec<Case> {
    let case = |layers| {
        Case::new(format!("a file under {layers} layers"))
            .variant("no sandbox", opens(|| ()))
            .variant("raw", opens(move || (0..layers).for_each(raw_layer)))
            .variant("Policy", opens(move || (0..layers).for_each(our_layer)))
    };
    [1, 2, 5].map(case).into()
}

/// Opens the file on a thread that stays, and was restricted like this.
fn opens(restrict: impl FnOnce() + Send + 'static) -> impl FnMut() -> Duration {
    let (ask, asked) = channel::<Sender<Duration>>();
    thread::spawn(move || {
        restrict();
        let open = || (0..OPENS).for_each(|_| drop(File::open(FILE).expect("it may be opened")));
        while asked.recv().is_ok_and(|answer| answer.send(time(open) / OPENS).is_ok()) {}
    });
    move || {
        let (answer, answered) = channel();
        ask.send(answer).expect("the thread waits");
        answered.recv().expect("the thread answers")
    }
}

/// Layers differ in a port: a second one that is equal would not be put on.
fn raw_layer(number: u16) {
    raw::restrict(&raw::ruleset([(c"/etc", access::READ)], &[(1 + number, access::CONNECT_TCP)]));
}

fn our_layer(number: u16) {
    let policy = Policy::new().read("/etc").net_connect(1 + number);
    assert!(policy.restrict_thread().expect("the thread is restricted").new_layer(), "layer {number}");
}
