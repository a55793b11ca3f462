//! `isolate = process`: what becomes of calls, of the processes that run them, and of those who try to be one. One module per
//! subject; a case is a function in it.
#![allow(clippy::unnecessary_wraps, reason = "a case is a function of one shape")]
#![allow(clippy::option_option, reason = "what other formats lose must cross, too")]

use landlock_tests::Case;
use std::process::ExitCode;

mod arguments;
mod attacks;
mod boundary;
mod deaths;
mod environment;
mod forged;
mod large;
mod leaks;
mod own;
mod programs;
mod restricted;
mod reuse;
mod sandboxed;
mod set_user_id;
mod starts;
mod support;
mod timeouts;
mod values;

const MODULES: &[&[Case]] = &[
    sandboxed::CASES,
    arguments::CASES,
    values::CASES,
    deaths::CASES,
    timeouts::CASES,
    environment::CASES,
    leaks::CASES,
    own::CASES,
    reuse::CASES,
    large::CASES,
    boundary::CASES,
    restricted::CASES,
    forged::CASES,
    set_user_id::CASES,
    starts::CASES,
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.len() == 0 && std::env::var_os(programs::NO_MAIN).is_some() {
        return programs::ran_again();
    }
    if arguments.next().as_deref() == Some(programs::FLAG) {
        return programs::run(arguments);
    }
    landlock_tests::main(MODULES)
}
