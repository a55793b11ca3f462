//! `isolate = process` in a crate of its own: in a library that a program, an example and a test use; unoptimized and optimized
//! through and through; linked dynamically and statically, to glibc and to musl. The first run builds each.

use landlock_tests::{outside_crate, toolchain_has};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library has the attribute; those who use it do not know.
const LIBRARY: &str = r#"//! A library that does its work in a process of its own.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
use landlock_runtime::sandbox;

/// Where the call ran, and whether it was restricted there.
#[sandbox(isolate = process, read = "/usr")]
#[must_use]
pub fn fresh(text: &str) -> (u32, bool, String) {
    (std::process::id(), is_restricted(), text.to_uppercase())
}

/// The same, in a process that stays.
///
/// # Errors
///
/// The process.
#[sandbox(isolate = process(reuse, workers = 1), read = "/usr", timeout = "60 s", stack = "16 MiB")]
pub fn reused<T>(value: T) -> std::io::Result<(u32, bool, T)>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    Ok((std::process::id(), is_restricted(), value))
}

/// Code that panics.
///
/// # Errors
///
/// Always.
#[sandbox(isolate = process)]
pub fn panics() -> Result<(), landlock_runtime::Error> {
    panic!("in the process")
}

fn is_restricted() -> bool {
    std::fs::read_dir("/usr").is_ok() && std::fs::read_dir("/etc").is_err()
}

/// All of it, as a caller sees it.
///
/// # Panics
///
/// If it is not so.
pub fn check() {
    let here = std::process::id();
    assert!(std::fs::read_dir("/etc").is_ok(), "it is free outside");
    for _ in 0..2 {
        let (pid, restricted, text) = fresh("text");
        assert!(pid != here && restricted && text == "TEXT");
    }
    let first = reused(7_u8).expect("a value");
    let (pid, restricted, value) = reused(Some("value".to_owned())).expect("another");
    assert!(pid != here && pid == first.0 && restricted && value.as_deref() == Some("value"));
    let error = panics().expect_err("it panics").to_string();
    assert!(error.contains("in the process") || error.contains("SIGABRT"), "{error}");
    assert!(std::fs::read_dir("/etc").is_ok(), "it is free afterwards");
}
"#;

const PROGRAM: &str = "//! A program.\nfn main() {\n    println!(\"main\");\n    offloads::check();\n}\n";
const TEST: &str = "//! A test.\n\n#[test]\nfn works_in_a_test() {\n    offloads::check();\n}\n";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

/// The crate outside of the workspace, with the versions of the workspace.
fn made() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("offloads");
    let manifest = format!(
        "[package]\nname = \"offloads\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nserde = \"1\"\n\
         landlock-runtime = {{ path = {:?}, features = [\"process\"] }}\n\
         [profile.release]\nlto = \"fat\"\npanic = \"abort\"\nstrip = true\n",
        workspace().join("landlock-runtime"),
    );
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("src/lib.rs", LIBRARY),
        ("src/main.rs", PROGRAM),
        ("examples/example.rs", PROGRAM),
        ("tests/test.rs", TEST),
    ];
    outside_crate(&root, files).expect("a crate can be made");
    root
}

/// Whether cargo succeeds, and what is printed.
fn cargo(root: &Path, arguments: &[&str], flags: &str) -> (bool, String, String) {
    // Not in the way of other suites that build: cargo locks a directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("offloads-target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).args(["--offline", "--quiet"]).current_dir(root);
    cargo.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", flags);
    let output = cargo.output().expect("cargo runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn works(root: &Path, arguments: &[&str], flags: &str) {
    let (succeeded, printed, said) = cargo(root, arguments, flags);
    assert!(succeeded, "{arguments:?}: {printed}{said}");
    if arguments[0] == "run" {
        assert_eq!(printed, "main\n", "{arguments:?}: `main` ran once; {said}");
    } else {
        assert!(printed.contains("1 passed"), "{arguments:?}: {printed}{said}");
    }
}

#[test]
fn a_library_works_wherever_it_is_used() {
    let root = made();
    works(&root, &["run"], "");
    works(&root, &["run", "--example", "example"], "");
    works(&root, &["test", "--test", "test"], "");
    works(&root, &["run", "--release"], "");

    let architecture = env::consts::ARCH;
    let glibc = format!("{architecture}-unknown-linux-gnu");
    works(&root, &["run", "--release", "--target", &glibc], "-C target-feature=+crt-static");
    let musl = format!("{architecture}-unknown-linux-musl");
    if toolchain_has(&musl) {
        works(&root, &["run", "--target", &musl], "");
    } else {
        eprintln!("SKIPPED: {musl} is not installed: `rustup target add {musl}`");
    }
}

/// What it prints is what is not to be had there: a process.
const UNDER_MIRI: &str = r#"//! It links the feature.
use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn fresh() -> Result<(), landlock_runtime::Error> { Ok(()) }

#[sandbox(isolate = process(reuse))]
fn reused() -> Result<(), landlock_runtime::Error> { Ok(()) }

fn main() {
    println!("{}", fresh().unwrap_err());
    println!("{}", reused().unwrap_err());
}
"#;

/// Miri calls what is to run before `main`, and stops at what it does not know.
#[test]
fn a_program_that_links_the_feature_runs_under_miri() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("under-miri");
    let runtime = workspace().join("landlock-runtime");
    let manifest = format!(
        "[package]\nname = \"under-miri\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         landlock-runtime = {{ path = {runtime:?}, features = [\"process\"] }}\n"
    );
    outside_crate(&root, [("Cargo.toml", &*manifest), ("src/main.rs", UNDER_MIRI)]).expect("a crate can be made");
    let check = |(succeeded, printed, said): (bool, String, String)| {
        assert!(succeeded, "{printed}{said}");
        let all = printed.lines().filter(|line| line.ends_with("Miri starts no processes")).count();
        assert_eq!(all, 2, "{printed}{said}");
    };
    // What is compiled for Miri has no hook, so an execution of this program would be its `main` once more.
    check(cargo(&root, &["run"], "--cfg miri"));
    let miri = || {
        let mut rustup = Command::new("rustup");
        rustup.args(["run", "nightly", "cargo", "miri"]).env_remove("RUSTC").current_dir(&root);
        rustup
    };
    if !miri().arg("--version").output().is_ok_and(|found| found.status.success()) {
        eprintln!("SKIPPED: Miri is not installed: `rustup component add --toolchain nightly miri`");
        return;
    }
    let output = miri().args(["run", "--offline", "--quiet"]).output().expect("Miri runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    check((output.status.success(), text(&output.stdout), text(&output.stderr)));
}
