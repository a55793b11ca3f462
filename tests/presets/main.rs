//! What the presets grant on the system that runs, and what they do not. One module per subject; a case is a function in
//! it. Started with `--again`, this program only says that it runs.

use landlock_tests::Case;
use std::env;
use std::process::ExitCode;

mod backtrace;
mod data;
mod elf;
mod limits;
mod operations;
mod programs;
mod resolv;

const MODULES: &[&[Case]] = &[data::CASES, programs::CASES, elf::CASES, backtrace::CASES, limits::CASES, resolv::CASES];

fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some(programs::AGAIN) {
        return ExitCode::from(programs::RUNS);
    }
    landlock_tests::main(MODULES)
}
