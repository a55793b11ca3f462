//! The test targets that a machine runs, and how they are built.

use crate::{Attempt, run};
use serde_json::Value;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A test target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) harness: Harness,
    /// Below this ABI it states nothing.
    pub(crate) abi: u32,
}

/// How a target runs its tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harness {
    /// Ours: as root it runs each case as root and as an ordinary user.
    Cases,
    /// The compiler's, which has to be started as each user.
    Libtest,
}

pub(crate) const SUITES: &[Suite] = &[
    Suite { name: "enforce", harness: Harness::Cases, abi: 0 },
    Suite { name: "presets", harness: Harness::Cases, abi: 1 },
    Suite { name: "functions", harness: Harness::Libtest, abi: 1 },
    Suite { name: "programs", harness: Harness::Libtest, abi: 1 },
    Suite { name: "audit", harness: Harness::Libtest, abi: 1 },
];

/// What was built: the tests, by the name of their target, and the programs that they start.
pub(crate) struct Built {
    pub(crate) tests: Vec<(String, PathBuf)>,
    pub(crate) programs: Vec<PathBuf>,
}

/// The directory in which cargo runs the tests.
pub(crate) fn directory() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Builds the tests, in a profile of their own: smaller, for they are loaded into memory, and faster, for the machines are slow.
pub(crate) fn build() -> Attempt<Built> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(directory()).args(["test", "--no-run", "--message-format=json-render-diagnostics"]);
    for setting in ["inherits='dev'", "debug=1", "opt-level=1"] {
        cargo.args(["--config", &format!("profile.kernels.{setting}")]);
    }
    cargo.args(["--profile", "kernels", "--package", "landlock-tests"]);
    for suite in SUITES {
        cargo.args(["--test", suite.name]);
    }
    let messages = run(cargo.stderr(Stdio::inherit()))?;
    let mut built = Built { tests: Vec::new(), programs: Vec::new() };
    for message in messages.lines() {
        let message: Value = serde_json::from_str(message)?;
        let target = &message["target"];
        let (Some(path), Some(name)) = (message["executable"].as_str(), target["name"].as_str()) else { continue };
        match target["kind"][0].as_str() {
            Some("test") => built.tests.push((name.to_owned(), path.into())),
            _ => built.programs.push(path.into()),
        }
    }
    match SUITES.iter().find(|suite| !built.tests.iter().any(|(name, _)| name == suite.name)) {
        None => Ok(built),
        Some(suite) => Err(format!("cargo says nothing of the test target {}", suite.name).into()),
    }
}
