//! The programs that are started: those of `programs/`, built here as a user builds them, and this one again.

use landlock_bench_programs::raw;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The argument with which this program returns at once.
pub(crate) const RETURN: &str = "--return";

/// The path of a program.
pub(crate) fn path(name: &str) -> PathBuf {
    let program = directory().join("release").join(name);
    assert!(program.exists(), "{program:?} is not there: `--build` makes it");
    program
}

/// Where they are built: beside this program.
fn directory() -> PathBuf {
    env::current_exe().expect("this program has a path").with_file_name("bench-programs")
}

/// Builds them all: optimised, with the runtime's default features, which the features of this program are not to
/// change.
pub(crate) fn build() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--release", "--quiet", "--package", "landlock-bench-programs", "--target-dir"])
        .arg(directory());
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
    assert!(built.success(), "the programs are not built");
}

/// Whether cargo has started this program, and not somebody who measures in quiet: then cargo may be started, too.
pub(crate) fn run_by_cargo() -> bool {
    env::var_os("CARGO").is_some()
}

/// What the figures depend on, as far as it can be asked.
pub(crate) fn machine() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Linux {}, Landlock ABI {}, {cpus} CPU(s)", kernel.trim_end(), raw::abi())
}

/// Starts a program and waits for its end.
pub(crate) fn run(program: &Path, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().expect("the program starts");
    assert!(status.success(), "{program:?}: {status}");
}
