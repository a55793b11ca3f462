//! Operations that several subjects use. The argument is the round.

use landlock_runtime::Policy;
use landlock_tests::{Probes, Verdict};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) use landlock_tests::{Operation, list, read, write};

/// Runs a program that must end with this code.
pub(crate) fn run(path: impl Into<PathBuf>, arguments: &'static [&'static str], code: i32) -> Operation {
    let path = path.into();
    Box::new(move |_| {
        let mut command = Command::new(&path);
        let output = command.args(arguments).stdin(Stdio::null()).output()?;
        if output.status.code() == Some(code) { Ok(()) } else { Err(io::Error::other(format!("{output:?}"))) }
    })
}

/// The round outside, then the round inside, with the policy and nothing else.
pub(crate) fn hold(policy: &Policy, probes: &Probes<'_>) -> Verdict {
    probes.outside()?;
    policy.run(|| probes.inside())?
}
