//! The library for other systems, and with the oldest compiler that is promised for it: with each that is installed. What other
//! systems get is also compiled, and asked, in the library's own tests, on any machine.

use landlock_tests::toolchain_has;
use std::path::Path;
use std::process::Command;

/// A Unix that is not Linux, one that is no Unix, and Linux without the C library of GNU.
const SYSTEMS: [&str; 3] = ["aarch64-apple-darwin", "x86_64-pc-windows-gnu", "x86_64-unknown-linux-musl"];

/// Checks the library with all its features and without any.
fn check(cargo: &mut Command, arguments: &[&str]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Not in the way of other suites that build: cargo locks a directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("systems-target");
    cargo.args(["check", "--quiet", "--offline", "--package", "landlock-runtime"]).args(arguments);
    cargo.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", "-D warnings");
    let output = cargo.current_dir(workspace).output().expect("cargo runs");
    assert!(output.status.success(), "{cargo:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn other_systems_compile_it() {
    for system in SYSTEMS {
        if !toolchain_has(system) {
            eprintln!("SKIPPED: {system} is not installed: `rustup target add {system}`");
            continue;
        }
        for features in ["--no-default-features", "--all-features"] {
            check(&mut Command::new(env!("CARGO")), &["--target", system, features]);
        }
    }
}

#[test]
fn the_oldest_compiler_that_is_promised_compiles_it() {
    let manifest = include_str!("../Cargo.toml");
    let promised = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let promised = promised.expect("the workspace promises one").trim_matches('"');
    let cargo = || {
        let mut rustup = Command::new("rustup");
        rustup.args(["run", promised, "cargo"]).env_remove("RUSTC");
        rustup
    };
    if !cargo().arg("--version").output().is_ok_and(|found| found.status.success()) {
        eprintln!("SKIPPED: Rust {promised} is not installed: `rustup toolchain install {promised}`");
        return;
    }
    for features in ["--no-default-features", "--all-features"] {
        check(&mut cargo(), &[features]);
    }
}
