//! `Policy::check` against the kernel: what it answers is what operations inside the sandbox do.
//!
//! Random trees, policies and operations, from a seed: `LANDLOCK_SEED=17` starts with that of a failure, `LANDLOCK_PAIRS`
//! asks for more than 10,000 pairs of a policy and an operation.

mod agreement;
mod errors;
mod liars;
mod network;
mod operations;
mod paths;
mod places;
mod policies;
mod program;
mod raw;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    landlock_tests::main(&[agreement::CASES, liars::CASES, errors::CASES, places::CASES])
}
