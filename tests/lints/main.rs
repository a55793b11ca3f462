//! What the compiler and clippy find in a function is the same with and without the attribute, wherever it runs: all groups of
//! clippy, on one source.

use landlock_tests::outside_crate;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::Command;

/// What clippy finds changes from one to the next.
const CLIPPY: &str = "clippy 0.1.95 ";

const SOURCE: &str = include_str!("source.rs");

const PLACES: [&str; 6] = ["thread", "in_place", "pool", "process", "process(reuse)", "process(reuse, workers = 1)"];

/// What is another finding with the attribute, or none, for this reason.
const OTHERWISE: [(&str, &str); 9] = [
    ("could be a `const fn`", "what is restricted when it runs cannot run in the compiler"),
    ("passed by value, but not consumed", "it is: the argument goes elsewhere"),
    ("parameter is only used in recursion", "it is handed on first"),
    ("involves a new object where a slice will do", "clippy follows a parameter into no closure"),
    ("is unnecessarily wrapped by", "clippy follows a value out of no closure"),
    ("unneeded `return` statement", "clippy looks into no closure of a macro"),
    ("missing `return` statement", "it is found at the attribute"),
    ("could have a `#[must_use]` attribute", "a pool is kept in a static"),
    ("is only used once", "in its process, a method calls itself"),
];

/// Line and text of each finding, or `None` where there is no such clippy.
fn findings(attribute: &str) -> Option<BTreeSet<(usize, String)>> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../landlock-runtime");
    let manifest = format!(
        "[package]\nname = \"lints\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nlandlock-runtime = {{ path = {runtime:?}, \
         features = [\"pool\", \"process\"] }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    let files = [("Cargo.toml", &*manifest), ("src/main.rs", &SOURCE.replace("//@", attribute))];
    outside_crate(&root, files).expect("a crate can be made");
    let cargo = |arguments: &[&str]| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh-target");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg("clippy").args(arguments).current_dir(&root).env("CARGO_TARGET_DIR", &target);
        let output = cargo.output().expect("cargo runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let version = cargo(&["--version"]);
    if !version.starts_with(CLIPPY) {
        eprintln!("SKIPPED: the findings are those of {CLIPPY}, and this is {}", version.trim());
        return None;
    }
    let printed = cargo(&["--offline", "--quiet", "--message-format=short"]);
    let finding = |line: &str| {
        let (line, rest) = line.strip_prefix("src/main.rs:")?.split_once(':')?;
        let (_column, text) = rest.split_once(": ")?;
        let text = text.split(": help: ").next()?;
        let is_otherwise = OTHERWISE.iter().any(|(otherwise, _)| text.contains(otherwise));
        Some((line.parse().ok()?, text.to_owned())).filter(|_| !is_otherwise)
    };
    Some(printed.lines().filter_map(finding).collect())
}

#[test]
fn findings_are_the_same_with_and_without_the_attribute() {
    let Some(without) = findings("") else { return };
    assert!(without.len() > 150, "{without:?}");
    for expected in ["function `never_used` is never used", "method `never_called` is never used", "use of `println!`"]
    {
        assert!(without.iter().any(|(_, text)| text.contains(expected)), "{expected}: {without:?}");
    }
    for place in PLACES {
        let with = findings(&format!("#[sandbox(isolate = {place})]")).expect("clippy is there");
        let (lost, new): (Vec<_>, Vec<_>) = (without.difference(&with).collect(), with.difference(&without).collect());
        assert!(lost.is_empty() && new.is_empty(), "{place}: lost {lost:#?}, new {new:#?}");
    }
}
