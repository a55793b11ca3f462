//! `isolate = pool`: calls on threads that were restricted once. Each case has a process of its own, with threads and
//! descriptors to count.
#![allow(clippy::unnecessary_wraps, reason = "a case is a function of one shape")]

use landlock_runtime::sandbox;
use std::fs;
use std::process::ExitCode;
use std::thread::{self, ThreadId};

#[path = "../process/attacks.rs"]
#[allow(dead_code, reason = "only some of them")]
mod attacks;
mod calls;
mod layers;
mod threads;

fn main() -> ExitCode {
    landlock_tests::main(&[layers::CASES, calls::CASES, threads::CASES])
}

/// Whether `/usr` can be listed, which is granted, and `/etc`, which a sandbox denies.
fn lists() -> (bool, bool) {
    (fs::read_dir("/usr").is_ok(), fs::read_dir("/etc").is_ok())
}

const INSIDE: (bool, bool) = (true, false);
const OUTSIDE: (bool, bool) = (true, true);

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn pooled() -> ((bool, bool), ThreadId) {
    (lists(), thread::current().id())
}
