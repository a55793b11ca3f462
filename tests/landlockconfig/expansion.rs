//! The macro makes the policy that the file makes when it is read, and cargo notices when the file changes.

use landlock_runtime::{Policy, landlockconfig};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[test]
fn the_macro_and_the_reader_agree() {
    let read = |file: &str| Policy::from_landlockconfig_file(file).expect("it is well formed");
    for (compiled, file) in [
        (landlockconfig!("landlockconfig/files/server.toml"), "landlockconfig/files/server.toml"),
        (landlockconfig!("landlockconfig/files/server.json"), "landlockconfig/files/server.json"),
        (landlockconfig!("landlockconfig/files/home.toml"), "landlockconfig/files/home.toml"),
    ] {
        assert_eq!(format!("{compiled:?}"), format!("{:?}", read(file)), "{file}");
    }
}

/// The runtime where a crate has it that re-exports it.
mod reexported {
    pub(crate) use landlock_runtime as sandbox;
}

#[test]
fn the_runtime_can_be_elsewhere() {
    let policy = reexported::sandbox::landlockconfig!("landlockconfig/files/home.toml", crate = reexported::sandbox);
    assert!(policy.to_string().contains("443"));
}

struct Fresh {
    root: PathBuf,
    target: PathBuf,
}

impl Fresh {
    fn new() -> Fresh {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("it is there");
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("landlockconfig");
        fs::create_dir_all(root.join("src")).expect("a crate can be made");
        let manifest = format!(
            "[package]\nname = \"configured\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             landlock-runtime = {{ path = {:?}, features = [\"landlockconfig\"] }}\n",
            workspace.join("landlock-runtime")
        );
        let program = "#![forbid(unsafe_code)]\n#![deny(warnings, clippy::all, clippy::pedantic)]\n\
                       use landlock_runtime::{landlockconfig, policy};\n\n\
                       fn main() {\n    println!(\"{}\", policy!(include = landlockconfig!(\"policy.toml\")));\n}\n";
        fs::write(root.join("Cargo.toml"), manifest).expect("the manifest can be written");
        fs::write(root.join("src/main.rs"), program).expect("the program can be written");
        fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock"))
            .expect("the versions are those of the workspace");
        Fresh { root, target: Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh-target") }
    }

    /// Runs the program with this file: whether it was built, and all that was printed.
    fn run(&self, file: &str) -> (bool, String) {
        fs::write(self.root.join("policy.toml"), file).expect("the file can be written");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--offline", "--quiet"]).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        let output = cargo.output().expect("cargo runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    }
}

#[test]
fn a_change_of_the_file_is_noticed() {
    let fresh = Fresh::new();
    let file = |port: &str| format!("[[net_port]]\nallowed_access = [\"connect_tcp\"]\nport = [{port}]\n");
    assert_eq!(fresh.run(&file("443")), (true, "#[sandbox(connect_tcp = 443)]\n".to_owned()));
    assert_eq!(fresh.run(&file("8443")), (true, "#[sandbox(connect_tcp = 8443)]\n".to_owned()));
    let (built, text) = fresh.run(&file("70000"));
    assert!(!built && text.contains("policy.toml:3: net_port[0].port[0]: 70000 is no port"), "{text}");
    assert_eq!(fresh.run(&file("443")), (true, "#[sandbox(connect_tcp = 443)]\n".to_owned()), "and mended");
}

#[test]
fn without_the_feature_nothing_is_built_for_it() {
    let tree = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--offline", "-p", "landlock-runtime", "-e", "normal", "--prefix", "none"]).args(arguments);
        let output = cargo.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let parsers = |tree: &str| tree.lines().any(|line| line.starts_with("serde") || line.starts_with("toml"));
    assert!(!parsers(&tree(&[])));
    assert!(parsers(&tree(&["--features", "landlockconfig"])), "else this shows nothing");
}
