//! The library for other systems, and with the oldest compiler that is promised for it: with each that is installed. What other
//! systems get is also compiled, and asked, in the library's own tests, on any machine; and so are the compilers that the newest
//! versions of its dependencies state.

use landlock_tests::toolchain_has;
use serde_json::Value;
use std::fs;
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

fn promised() -> &'static str {
    let manifest = include_str!("../Cargo.toml");
    let promised = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    promised.expect("the workspace promises one").trim_matches('"')
}

#[test]
fn the_oldest_compiler_that_is_promised_compiles_it() {
    let promised = promised();
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

/// Each feature that a user may turn on, and none.
const FEATURES: [&str; 7] = ["", "elf", "landlockconfig", "pool", "process", "testing", "tokio"];

/// A crate of the edition before the one whose resolver looks at compilers, which adds the library today: cargo takes the newest
/// version of everything.
#[test]
fn the_newest_dependencies_state_no_newer_compiler() {
    for feature in FEATURES {
        match packages_of_a_new_crate(feature) {
            Ok(packages) => {
                let newer = newer_than(promised(), &packages);
                assert!(newer.is_empty(), "feature {feature:?}: {newer:?}: bound what the manifest asks for");
            }
            Err(unreachable) => {
                eprintln!("SKIPPED: the registry cannot be asked: {unreachable}");
                return;
            }
        }
    }
}

#[test]
fn a_newer_compiler_is_seen() {
    let package = |version: &str| serde_json::json!({"name": "p", "version": "1.0.0", "rust_version": version});
    let packages = ["1.9", "1.85", "1.85.0", "1.85.1", "1.86", "2.0.0"].map(package);
    assert_eq!(newer_than("1.85", &packages), ["p 1.0.0: 1.85.1", "p 1.0.0: 1.86", "p 1.0.0: 2.0.0"]);
    assert_eq!(newer_than("1.85", &[serde_json::json!({"name": "p", "rust_version": null})]), [""; 0]);
}

/// All packages that cargo would build, as it describes them; or what it says where the registry is out of reach.
fn packages_of_a_new_crate(feature: &str) -> Result<Vec<Value>, String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newest");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../landlock-runtime");
    let features: &[&str] = if feature.is_empty() { &[] } else { &[feature] };
    let manifest = format!(
        "[package]\nname = \"newest\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n\
         landlock-runtime = {{ path = {runtime:?}, features = {features:?} }}\n"
    );
    fs::create_dir_all(root.join("src")).and_then(|()| fs::write(root.join("src/lib.rs"), "")).expect("a crate");
    fs::write(root.join("Cargo.toml"), manifest).expect("a crate");
    let _ = fs::remove_file(root.join("Cargo.lock"));
    let cargo = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(&root).env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "allow");
        cargo.output().expect("cargo runs")
    };
    let locked = cargo(&["generate-lockfile"]);
    let text = String::from_utf8_lossy(&locked.stderr);
    if ["failed to download", "Could not resolve host", "Unable to update"].iter().any(|why| text.contains(why)) {
        return Err(text.into_owned());
    }
    assert!(locked.status.success(), "{text}");
    let described = cargo(&["metadata", "--format-version", "1", "--locked"]);
    assert!(described.status.success(), "{}", String::from_utf8_lossy(&described.stderr));
    let described: Value = serde_json::from_slice(&described.stdout).expect("cargo writes JSON");
    let packages = described["packages"].as_array().cloned().unwrap_or_default();
    assert!(packages.iter().any(|package| package["name"] == "landlock-runtime"), "the packages are there");
    Ok(packages)
}

/// Those that state a compiler which is newer than this one.
fn newer_than(promised: &str, packages: &[Value]) -> Vec<String> {
    let numbers = |version: &str| {
        let mut numbers = [0, 0, 0];
        for (number, part) in numbers.iter_mut().zip(version.split('.')) {
            *number = part.parse().expect("a version is made of numbers");
        }
        numbers
    };
    let stating = |package: &Value| {
        let stated = package["rust_version"].as_str().filter(|stated| numbers(stated) > numbers(promised))?;
        Some(format!("{} {}: {stated}", package["name"].as_str()?, package["version"].as_str()?))
    };
    packages.iter().filter_map(stating).collect()
}
