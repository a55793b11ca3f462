//! What a policy of the builder enforces on the running kernel. One module per subject; a case is a function in it.

use landlock_tests::Case;
use std::process::ExitCode;

mod canary;
mod command;
mod errors;
mod exec;
mod expand;
mod files;
mod kernels;
mod loosen;
mod net;
mod outer;
mod paths;
mod pools;
mod port_rights;
mod prepared;
mod prepared_nested;
mod prepared_run;
mod redundant;
mod refer;
mod report;
mod require;
mod rights;
mod scope;
mod settings;
mod stacking;
mod support;
mod threads;
mod together;
mod unavailable;
mod unknown;
mod wrappers;

const MODULES: &[&[Case]] = &[
    canary::CASES,
    files::CASES,
    rights::CASES,
    port_rights::CASES,
    paths::CASES,
    wrappers::CASES,
    expand::CASES,
    exec::CASES,
    net::CASES,
    scope::CASES,
    threads::CASES,
    loosen::CASES,
    together::CASES,
    pools::CASES,
    stacking::CASES,
    refer::CASES,
    outer::CASES,
    redundant::CASES,
    prepared::CASES,
    prepared_run::CASES,
    prepared_nested::CASES,
    command::CASES,
    errors::CASES,
    require::CASES,
    unavailable::CASES,
    unknown::CASES,
    report::CASES,
    settings::CASES,
];

fn main() -> ExitCode {
    landlock_tests::main(MODULES)
}
