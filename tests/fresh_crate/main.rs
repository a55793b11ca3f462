//! New crates under the strictest lints: with one dependency, in both editions, as a user's first build; and with the
//! runtime under other names, so that a path that is written out anywhere cannot compile.

mod features;

use landlock_tests::outside_crate;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The places behind features, with all that a signature may have; main is free.
const PLACES: &str = include_str!("places.rs");

/// Variables that nobody uses, in each way in which a function may be expanded.
const UNUSED: &str = include_str!("unused.rs");

/// The runtime under another name, and through a crate that re-exports it.
const RENAMED: &str = r#"//! Two names for the runtime, neither of them its own.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

#[rt::sandbox(crate = ::rt, read = ["/etc", optional("/opt/missing"), ..Some("/usr")], require = fs, abi = 9, on_error = exit(9))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Within what `main` has: another name cannot be left out anywhere, or this does not build.
    println!("{}", lines("/etc/passwd")?);
    // For a call of these two `main` would have to be allowed to execute itself.
    let _: fn(String) -> String = again;
    let _: fn(&str) -> std::io::Result<String> = decoded;
    assert_eq!(pooled(1), 2);
    let policy = rt::policy!(crate = ::rt, read = [nofollow("/etc"), ensure_dir("/usr")], log = log(new_exec = true));
    assert_eq!(policy.run(|| listed("/usr"))?, (true, false));
    let policy = re_exporter::sandboxes::policy!(crate = ::re_exporter::sandboxes, read = ..Some("/usr"));
    assert_eq!(policy.run(|| listed("/usr"))?, (true, false));
    Ok(())
}

#[re_exporter::sandboxes::sandbox(crate = re_exporter::sandboxes, read = path, unrestricted = [tcp, refer], on_error = return)]
fn lines(path: &str) -> std::io::Result<usize> {
    Ok(std::fs::read_to_string(path)?.lines().count())
}

#[rt::sandbox(crate = ::rt, isolate = pool(workers = 1), read = "/etc")]
fn pooled(one: u8) -> u8 { one + 1 }

#[re_exporter::sandboxes::sandbox(crate = re_exporter::sandboxes, isolate = process(reuse), read = ["/etc", optional("~/x")])]
fn again(text: String) -> String { text + "!" }

#[re_exporter::sandboxes::sandbox(crate = re_exporter::sandboxes, isolate = process, read = path)]
fn decoded(path: &str) -> std::io::Result<String> { std::fs::read_to_string(path) }

/// Whether the directory can be listed, and whether the root can.
fn listed(path: &str) -> (bool, bool) {
    (std::fs::read_dir(path).is_ok(), std::fs::read_dir("/").is_ok())
}
"#;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

/// A crate outside of the workspace, with these files and the versions of the workspace.
struct Fresh(PathBuf);

impl Fresh {
    fn new(name: &str, files: &[(&str, &str)]) -> Fresh {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        outside_crate(&root, files.iter().copied()).expect("a crate can be made");
        Fresh(root)
    }

    /// Whether cargo succeeds, and what it prints. All crates build the same dependencies: one directory for all.
    fn cargo(&self, arguments: &[&str]) -> (bool, String) {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh-target");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).args(["--offline", "--quiet"]).current_dir(&self.0).env("CARGO_TARGET_DIR", &target);
        let output = cargo.output().expect("cargo runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    }
}

/// A crate that builds without a warning. What it prints.
fn build_and_run(name: &str, files: &[(&str, &str)]) -> String {
    let fresh = Fresh::new(name, files);
    let lint = if fresh.cargo(&["clippy", "--version"]).0 { "clippy" } else { "check" };
    let (linted, text) = fresh.cargo(&[lint]);
    assert!(linted && text.is_empty(), "{name}: {text}");
    let (ran, text) = fresh.cargo(&["run"]);
    assert!(ran, "{name}: {text}");
    text
}

fn package(name: &str, edition: &str, dependencies: &str) -> String {
    format!("[package]\nname = \"{name}\"\nedition = \"{edition}\"\n[workspace]\n[dependencies]\n{dependencies}\n")
}

/// The line of the manifest that a user writes.
fn runtime(features: &[&str]) -> String {
    format!("landlock-runtime = {{ path = {:?}, features = {features:?} }}", workspace().join("landlock-runtime"))
}

/// What a function that goes to a process needs beside it.
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";

/// It printed a number of lines.
fn is_count(text: &str) -> bool {
    text.trim().parse::<usize>().is_ok_and(|lines| lines > 0)
}

#[test]
fn the_headline_needs_one_dependency_and_no_allowance() {
    let runtime = runtime(&[]);
    for edition in ["2021", "2024"] {
        let manifest = package("fresh", edition, &runtime);
        let text = build_and_run(&format!("fresh-{edition}"), &[("Cargo.toml", &manifest), ("src/main.rs", PROGRAM)]);
        assert!(is_count(&text), "edition {edition}: {text}");
    }
}

#[test]
fn the_runtime_may_have_another_name() {
    let runtime = workspace().join("landlock-runtime");
    let renamed = |name: &str| {
        let features = "features = [\"pool\", \"process\"]";
        format!("{name} = {{ package = \"landlock-runtime\", path = {runtime:?}, {features} }}")
    };
    let re_exporter = package("re_exporter", "2024", &renamed("hidden")).replace("[workspace]\n", "");
    let manifest = package("renamed", "2024", &format!("{}\nre_exporter.path = \"re_exporter\"", renamed("rt")));
    let text = build_and_run(
        "renamed",
        &[
            ("Cargo.toml", &manifest),
            ("src/main.rs", RENAMED),
            ("re_exporter/Cargo.toml", &re_exporter),
            ("re_exporter/src/lib.rs", "//! Hands the runtime on.\npub use hidden as sandboxes;\n"),
        ],
    );
    assert!(is_count(&text), "{text}");
}

#[test]
fn places_behind_features_change_nothing_else() {
    let dependencies = format!("{}\n{SERDE}", runtime(&["pool", "process"]));
    for edition in ["2021", "2024"] {
        let manifest = package("places", edition, &dependencies);
        let text = build_and_run(&format!("places-{edition}"), &[("Cargo.toml", &manifest), ("src/main.rs", PLACES)]);
        assert!(is_count(&text), "edition {edition}: {text}");
    }
}

#[test]
fn unused_variables_are_told_as_without() {
    let dependencies = format!("{}\n{SERDE}", runtime(&["pool", "process"]));
    let warnings = |name: &str, program: &str| {
        let manifest = package("unused", "2024", &dependencies);
        let (built, text) = Fresh::new(name, &[("Cargo.toml", &manifest), ("src/main.rs", program)]).cargo(&["check"]);
        assert!(built, "{text}");
        let mut told: Vec<_> = text.lines().filter(|line| line.starts_with("warning: ")).map(str::to_owned).collect();
        told.sort_unstable();
        told
    };
    let without: Vec<_> = UNUSED.lines().filter(|line| !line.contains("sandbox")).collect();
    let told = warnings("unused", UNUSED);
    assert_eq!(told, warnings("unused-without", &without.join("\n")));
    assert!(told.iter().any(|line| line.contains("unused variable: `unused_of_method`")), "{told:?}");
}
