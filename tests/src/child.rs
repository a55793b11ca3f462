//! The child's side: runs one case and says at the end that it got there. Without that line an exit code of 0 is no pass.

use crate::{Case, Scratch};
use std::path::PathBuf;
use std::process::ExitCode;

/// The first argument of a child; the name of the case and its directory follow.
pub(crate) const FLAG: &str = "--child";

/// What the child prints last.
pub(crate) fn marker(case: &Case) -> String {
    format!("[{} came to its end]", case.short_name())
}

pub(crate) fn run<'c>(
    cases: impl IntoIterator<Item = &'c Case>,
    mut arguments: impl Iterator<Item = String>,
) -> ExitCode {
    let (name, directory) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let Some(case) = cases.into_iter().find(|case| case.short_name() == name) else {
        println!("there is no case {name:?}");
        return ExitCode::FAILURE;
    };
    match (case.body)(&Scratch::of_case(PathBuf::from(directory))) {
        Ok(()) => {
            println!("{}", marker(case));
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
