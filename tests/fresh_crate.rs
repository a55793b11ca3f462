//! A new crate with one dependency, under the strictest lints, in both editions: what a user's first build sees.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const PROGRAM: &str = r#"//! The headline.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
use landlock_runtime::sandbox;

#[sandbox(read="/etc", net_connect=443)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::path::Path;
    println!("{}", lines(Path::new("/etc/passwd"))?);
    assert_eq!(shapes(3.into(), "/etc".into(), 1, (2, 3), b"unused"), 9);
    Ok(())
}

/// The value of a guard in the last expression, an item within, `mut`, and arguments with no use.
#[sandbox(read = dir)]
fn shapes(shared: std::sync::Mutex<u8>, dir: String, mut one: u8, (two, three): (u8, u8), _unused: &[u8]) -> u8 {
    const NOTHING: u8 = 0;
    one += NOTHING + two + three;
    *shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner) + one
}

#[sandbox(read = path)]
fn lines(path: &std::path::Path) -> std::io::Result<usize> {
    Ok(std::fs::read_to_string(path)?.lines().count())
}
"#;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

fn check(edition: &str) {
    let workspace = workspace();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fresh-{edition}"));
    fs::create_dir_all(root.join("src")).expect("a crate can be made");
    let runtime = workspace.join("landlock-runtime");
    let manifest = format!(
        "[package]\nname = \"fresh\"\nedition = \"{edition}\"\n[workspace]\n[dependencies]\nlandlock-runtime.path = {runtime:?}\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("the manifest can be written");
    fs::write(root.join("src/main.rs"), PROGRAM).expect("the program can be written");
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).expect("the versions are those of the workspace");

    // Both editions build the same dependencies: one directory for the two.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh-target");
    let cargo = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).args(["--offline", "--quiet"]).current_dir(&root).env("CARGO_TARGET_DIR", &target);
        let output = cargo.output().expect("cargo runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    };
    let (linted, text) = if cargo(&["clippy", "--version"]).0 { cargo(&["clippy"]) } else { cargo(&["check"]) };
    assert!(linted && text.is_empty(), "edition {edition}: {text}");
    let (ran, text) = cargo(&["run"]);
    assert!(ran && text.trim().parse::<usize>().is_ok_and(|lines| lines > 0), "edition {edition}: {text}");
}

#[test]
fn the_headline_needs_one_dependency_and_no_allowance() {
    check("2021");
    check("2024");
}
