//! Operations that several subjects use. The argument is the round.

use landlock_runtime::Policy;
use landlock_tests::{Probes, Verdict};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) type Operation = Box<dyn Fn(u32) -> io::Result<()> + Send + Sync>;

/// Lists a directory.
pub(crate) fn list(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| fs::read_dir(&path).map(drop))
}

/// Opens a file for reading.
pub(crate) fn read(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| File::open(&path).map(drop))
}

/// Opens a file for writing.
pub(crate) fn write(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| OpenOptions::new().write(true).open(&path).map(drop))
}

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
