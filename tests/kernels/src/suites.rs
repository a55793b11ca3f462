//! The test targets that a machine runs, and how they are built.

use crate::{Attempt, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A test target; or the examples, each of which is a test of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) harness: Harness,
    /// The tests whose names start so; all, if it is empty.
    pub(crate) filter: &'static str,
    /// Below this ABI it states nothing.
    pub(crate) abi: u32,
    /// It emulates older kernels itself, which an emulated one does not let it.
    pub(crate) emulates: bool,
    profile: &'static str,
}

/// Without debug information, of which the standard library alone brings 8 MB for each program: the image is held in memory.
/// And optimized, for the machines are slow.
const PROFILE: (&str, [&str; 4]) = ("kernels", ["inherits='dev'", "debug=0", "strip='debuginfo'", "opt-level=1"]);

/// How a target runs its tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harness {
    /// Ours: as root it runs each case as root and as an ordinary user.
    Cases,
    /// The compiler's, which has to be started as each user.
    Libtest,
    /// None: each program ends well if all came as this kernel promises.
    Examples,
}

const fn suite(name: &'static str, harness: Harness, abi: u32) -> Suite {
    Suite { name, harness, filter: "", abi, emulates: false, profile: PROFILE.0 }
}

pub(crate) const SUITES: &[Suite] = &[
    suite("enforce", Harness::Cases, 0),
    // Backtraces are read from debug information.
    Suite { profile: "test", ..suite("presets", Harness::Cases, 1) },
    suite("evaluator", Harness::Cases, 1),
    suite("pool", Harness::Cases, 1),
    suite("process", Harness::Cases, 1),
    suite("functions", Harness::Libtest, 1),
    suite("programs", Harness::Libtest, 1),
    suite("adopters", Harness::Libtest, 1),
    // The rest of it asks nothing of the kernel.
    Suite { filter: "enforced::", ..suite("landlockconfig", Harness::Libtest, 1) },
    suite("logging", Harness::Libtest, 1),
    suite("audit", Harness::Libtest, 1),
    Suite { emulates: true, ..suite("testing", Harness::Libtest, 1) },
    suite("examples", Harness::Examples, 1),
];

/// What was built: the programs of each suite, and those that the tests start.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) suites: Vec<(&'static str, PathBuf)>,
    pub(crate) programs: Vec<PathBuf>,
}

/// The directory in which cargo runs the tests.
pub(crate) fn directory() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Builds all of it.
pub(crate) fn build() -> Attempt<Built> {
    let mut built = Built::default();
    for profile in SUITES.iter().map(|suite| suite.profile).collect::<BTreeSet<_>>() {
        let mut targets = Vec::new();
        for suite in SUITES.iter().filter(|suite| suite.profile == profile) {
            match suite.harness {
                Harness::Examples => targets.extend(["--package", "landlock-examples", "--examples"]),
                Harness::Cases | Harness::Libtest => targets.extend(["--test", suite.name]),
            }
        }
        built.add(&cargo(&targets, profile)?, profile)?;
    }
    match SUITES.iter().find(|suite| !built.suites.iter().any(|(name, _)| *name == suite.name)) {
        None => Ok(built),
        Some(suite) => Err(format!("cargo says nothing of the target {}", suite.name).into()),
    }
}

impl Built {
    /// What cargo says that it has built in a profile.
    fn add(&mut self, messages: &str, profile: &str) -> Attempt<()> {
        for message in messages.lines() {
            let message: Value = serde_json::from_str(message)?;
            let target = &message["target"];
            let (Some(path), Some(name)) = (message["executable"].as_str(), target["name"].as_str()) else { continue };
            let name = if target["kind"][0] == "example" { "examples" } else { name };
            match SUITES.iter().find(|suite| suite.name == name) {
                Some(suite) => self.suites.push((suite.name, path.into())),
                None if profile == PROFILE.0 => self.programs.push(path.into()),
                None => {}
            }
        }
        Ok(())
    }
}

/// What cargo says, in its own format, when it builds these targets.
fn cargo(targets: &[&str], profile: &str) -> Attempt<String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(directory()).args(["build", "--message-format=json-render-diagnostics"]);
    for setting in PROFILE.1 {
        cargo.args(["--config", &format!("profile.{}.{setting}", PROFILE.0)]);
    }
    cargo.args(["--profile", profile, "--package", "landlock-tests"]).args(targets);
    run(cargo.stderr(Stdio::inherit()))
}
