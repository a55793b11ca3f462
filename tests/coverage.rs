//! A program that measures its coverage writes its profile from inside its sandbox, in a crate of its own.

use landlock_tests::outside_crate;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// It also writes beside the directory of the profile, and says how that ended.
const WITH: &str = r#"//! With the preset.
use landlock_runtime::{presets, sandbox};

#[sandbox(include = presets::coverage())]
fn main() {
    println!("{}", std::fs::write(std::env::args().nth(1).unwrap_or_default(), "").is_ok());
}
"#;

const WITHOUT: &str = r#"//! Without.
use landlock_runtime::sandbox;

#[sandbox]
fn main() {
    println!("{}", std::fs::write(std::env::args().nth(1).unwrap_or_default(), "").is_ok());
}
"#;

const FREE: &str = r#"//! Unrestricted.
fn main() {
    println!("{}", std::fs::write(std::env::args().nth(1).unwrap_or_default(), "").is_ok());
}
"#;

/// Builds a program of the crate with coverage.
fn built(name: &str) -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (root, target) = (temporary.join("covered"), temporary.join("covered-target"));
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../landlock-runtime");
    let manifest = format!(
        "[package]\nname = \"covered\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         landlock-runtime = {{ path = {runtime:?} }}\n"
    );
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("src/bin/with.rs", WITH),
        ("src/bin/without.rs", WITHOUT),
        ("src/bin/free.rs", FREE),
    ];
    outside_crate(&root, files).expect("a crate can be made");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["rustc", "--offline", "--quiet", "--bin", name, "--", "-C", "instrument-coverage"]).current_dir(root);
    let output = cargo.env("CARGO_TARGET_DIR", &target).env_remove("RUSTFLAGS").output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("debug").join(name)
}

/// Runs it in a fresh directory with the variable, below that directory; the profiles that it leaves there, and what it says.
fn profiles(program: &Path, variable: Option<&str>) -> (Vec<String>, String) {
    let name = program.file_name().expect("it has one").to_string_lossy();
    let at = env::temp_dir().join(format!("landlock-coverage-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&at);
    fs::create_dir_all(at.join("profiles")).expect("a directory");
    let mut command = Command::new(program);
    command.arg(at.parent().expect("there is one").join(format!("beside-{}", std::process::id())));
    command.current_dir(at.join("profiles")).env_remove("LLVM_PROFILE_FILE");
    if let Some(variable) = variable {
        command.current_dir("/").env("LLVM_PROFILE_FILE", at.join("profiles").join(variable));
    }
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let mut profiles = Vec::new();
    let mut directories = vec![at.join("profiles")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory").flatten() {
            let metadata = entry.metadata().expect("it is there");
            if metadata.is_dir() {
                directories.push(entry.path());
            } else if metadata.len() > 0 {
                profiles.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    fs::remove_dir_all(at).expect("it can be removed");
    let _ = fs::remove_file(env::temp_dir().join(format!("beside-{}", std::process::id())));
    (profiles, said)
}

#[test]
fn profiles_are_written_where_they_are_granted() {
    let [with, without, free] = ["with", "without", "free"].map(built);
    for variable in [None, Some("x.profraw"), Some("x-%p-%m.profraw"), Some("%p/inner/x-%4m.profraw")] {
        let (found, said) = profiles(&free, variable);
        assert!(found.len() == 1 && said.starts_with("true\n"), "{variable:?}: {found:?}: {said}");
        let (found, said) = profiles(&with, variable);
        assert!(found.len() == 1 && said == "false\n", "{variable:?}: {found:?}: {said}");
        let (found, said) = profiles(&without, variable);
        assert!(found.is_empty() && said.starts_with("false\n"), "{variable:?}: {found:?}: {said}");
    }
}

/// Whoever sets the variable cannot have everything written to.
#[test]
fn the_root_directory_is_not_granted() {
    let with = built("with");
    // A directory, so that the profiler itself, which then is not restricted, leaves nothing there either.
    for variable in ["/tmp", "/proc/self/root/tmp"] {
        let output = Command::new(&with).env("LLVM_PROFILE_FILE", variable).current_dir("/").output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("it leads to the root directory"), "{said}");
    }
}
