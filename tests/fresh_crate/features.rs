//! Features of the runtime, which differ from one build of it to the other: Cargo builds the macro once for all of them.

use super::{Fresh, SERDE, build_and_run, package, runtime};

/// A place wherever an attribute may stand, with keys that go with it, and code that uses what it stands on.
const USES: &str = r#"
use landlock_runtime::sandbox;

fn main() {
    #[sandbox(isolate = PLACE)]
    fn within() -> u8 { 1 }
    println!("{}", within() + twice(1) + Adder.add(Value(1)) + Adder::one());
}

#[sandbox(isolate = PLACE, read = "/etc", stack = "1 MiB", LIMITS)]
fn twice(mut of: u8) -> u8 {
    of *= 2;
    of
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Value(u8);

trait Adds {
    fn add(self, more: Value) -> u8;

    #[sandbox(isolate = PLACE)]
    fn one() -> u8 { 1 }
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Adder;

impl Adds for Adder {
    #[sandbox(isolate = PLACE)]
    fn add(self, Value(one): Value) -> u8 { one }
}
"#;

/// How often the attribute stands there.
const ATTRIBUTES: usize = 4;

/// Both places, the second with the limits that only it has.
const PLACES: [(&str, &str, &str); 2] =
    [("pool", "pool(workers = 1)", ""), ("process", "process", "timeout = \"1 min\"")];

fn uses(place: &str, limits: &str) -> String {
    // A method in a process has a name for each argument.
    let program = USES.replace("PLACE", place).replace("LIMITS", limits);
    program.replace("Value(one): Value) -> u8 { one }", "one: Value) -> u8 { one.0 }")
}

/// A crate whose build script has some features, and whose program others.
fn manifest(of_build_script: &[&str], of_program: &[&str]) -> String {
    let own = format!("{}\n{SERDE}\n[build-dependencies]\n{}", runtime(of_program), runtime(of_build_script));
    package("features", "2021", &own).replace("[workspace]", "resolver = \"2\"\n[workspace]")
}

/// A build script that says what it does.
const BUILD: &str = r#"
use landlock_runtime::{landlockconfig, sandbox};

#[sandbox(isolate = pool, read = "/etc")]
fn pooled() -> bool { std::fs::read_dir("/etc").is_ok() && std::fs::read_dir("/").is_err() }

#[sandbox(isolate = process, read = "/etc")]
fn process() -> bool { std::fs::read_dir("/etc").is_ok() && std::fs::read_dir("/").is_err() }

fn main() {
    assert!(pooled() && process());
    assert!(landlockconfig!("policy.toml").run(|| std::fs::read_dir("/").is_err()).unwrap());
}
"#;

const POLICY: &str = "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"/etc\"]\n";

/// The program does not build: each of these lines is an error, and there is no other.
#[track_caller]
fn refused(name: &str, files: &[(&str, &str)], lines: &[String]) {
    let (built, text) = Fresh::new(name, files).cargo(&["check"]);
    let mut told: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    let last = told.pop().unwrap_or_default();
    assert!(!built && last.starts_with("could not compile"), "{name}: {text}");
    assert_eq!(told, lines, "{name}: {text}");
    assert!(!text.contains("error["), "{name}: {text}");
    assert!(!text.contains("warning"), "{name}: {text}");
}

fn needs(what: &str, feature: &str) -> String {
    format!(
        "`{what}` needs the feature `{feature}` of landlock-runtime: run `cargo add landlock-runtime --features {feature}`"
    )
}

#[test]
fn a_place_behind_a_feature_names_it_and_brings_no_other_error() {
    for (feature, place, limits) in PLACES {
        let errors = vec![needs(&format!("isolate = {feature}"), feature); ATTRIBUTES];
        let (program, manifest) =
            (uses(place, limits), package("plain", "2024", &format!("{}\n{SERDE}", runtime(&[]))));
        refused(&format!("without-{feature}"), &[("Cargo.toml", &manifest), ("src/main.rs", &program)], &errors);
    }
}

fn with<'f>(build: &[(&'f str, &'f str)], program: &'f str) -> Vec<(&'f str, &'f str)> {
    [build, &[("src/main.rs", program)]].concat()
}

#[test]
fn a_build_script_with_a_feature_gives_the_program_none() {
    let manifest = manifest(&["landlockconfig", "pool", "process"], &[]);
    let build = [("Cargo.toml", &*manifest), ("build.rs", BUILD), ("policy.toml", POLICY)];
    for (feature, place, limits) in PLACES {
        let errors = vec![needs(&format!("isolate = {feature}"), feature); ATTRIBUTES];
        refused(&format!("program-without-{feature}"), &with(&build, &uses(place, limits)), &errors);
    }
    let program = "fn main() { let _ = landlock_runtime::landlockconfig!(\"policy.toml\"); }";
    refused("program-without-landlockconfig", &with(&build, program), &[needs("landlockconfig!", "landlockconfig")]);
    let program = "#[landlock_runtime::sandbox(read = \"/etc\")]\nfn main() { println!(\"{}\", std::fs::read_dir(\"/etc\").is_ok()) }";
    assert_eq!(build_and_run("program-without", &with(&build, program)), "true\n");
}

#[test]
fn a_program_with_a_feature_needs_none_in_its_build_script() {
    let build = "#[landlock_runtime::sandbox]\nfn main() { assert!(std::fs::read_dir(\"/\").is_err()); }";
    for (feature, place, limits) in PLACES {
        let (manifest, program) = (manifest(&[], &[feature]), uses(place, limits));
        let files = [("Cargo.toml", &*manifest), ("build.rs", build), ("src/main.rs", &program)];
        assert_eq!(build_and_run(&format!("program-with-{feature}"), &files), "5\n");
    }
}
