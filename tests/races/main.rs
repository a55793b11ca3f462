//! What happens at once: paths that are swapped while a sandbox opens them, and many threads that enter many sandboxes. Under the
//! thread sanitizer, too: see the README.
#![allow(clippy::unnecessary_wraps, reason = "a case is a function of one shape")]

mod crowds;
// It needs ABI 8, which the kernel matrix has: there it is one of `enforce`.
#[path = "../enforce/loosen.rs"]
mod loosen;
mod places;
mod swaps;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    landlock_tests::main(&[swaps::CASES, crowds::CASES, places::CASES, loosen::CASES])
}
