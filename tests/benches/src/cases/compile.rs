//! What compiling costs, in CPU time: a hello world from nothing, and functions that are built again.

use crate::case::Case;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs};

const SANDBOX: &str =
    "#[landlock_runtime::sandbox(read = \"/etc\", net_connect = 443)]\nfn main() {\n    println!(\"hello\");\n}\n";

const BY_HAND: &str = "use landlock::*;

fn main() {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V10))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V10)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(ABI::V10)))
        .and_then(Ruleset::create)
        .and_then(|ruleset| ruleset.add_rule(PathBeneath::new(PathFd::new(\"/etc\").expect(\"a path\"), read)))
        .and_then(|ruleset| ruleset.add_rule(NetPort::new(443, AccessNet::ConnectTcp)));
    ruleset.and_then(RulesetCreated::restrict_self).expect(\"a sandbox\");
    println!(\"hello\");
}
";

/// How many functions are built again.
const FUNCTIONS: u32 = 100;
/// A build takes seconds, and hardly varies.
const ROUNDS: usize = 5;

pub(super) fn cases() -> Vec<Case> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../landlock-runtime");
    let runtime = format!("landlock-runtime = {{ path = {runtime:?} }}");
    let from_nothing = |name: &str, arguments: &'static [&str]| {
        Case::new(name)
            .rounds(ROUNDS)
            .variant("landlock crate", clean(Package::new("hand", "landlock = \"0.4\"", BY_HAND), arguments))
            .variant("#[sandbox]", clean(Package::new("sandbox", &runtime, SANDBOX), arguments))
            .limit("#[sandbox]", "landlock crate", 1.05)
    };
    vec![
        from_nothing("a clean build", &[]),
        from_nothing("a clean release build", &["--release"]),
        Case::new(format!("{FUNCTIONS} functions, built again"))
            .rounds(ROUNDS)
            .variant("no attribute", again(Package::new("plain", &runtime, ""), ""))
            .variant(
                "#[sandbox]",
                again(Package::new("functions", &runtime, ""), "#[landlock_runtime::sandbox(read = \"/etc\")]"),
            ),
    ]
}

/// From nothing.
fn clean(package: Package, arguments: &'static [&str]) -> impl FnMut() -> Duration {
    move || {
        let target = package.0.join("target");
        if target.exists() {
            fs::remove_dir_all(target).expect("it is ours");
        }
        package.build(arguments)
    }
}

/// Once its own code has changed: the first build, of all the others, does not count.
fn again(package: Package, attribute: &str) -> impl FnMut() -> Duration {
    let attribute = attribute.to_owned();
    let mut version = 0;
    move || {
        version += 1;
        let mut program = String::from("fn main() {\n");
        for number in 0..FUNCTIONS {
            writeln!(program, "    println!(\"{{}}\", f{number}({version}));").expect("a string takes it");
        }
        program.push_str("}\n");
        for number in 0..FUNCTIONS {
            writeln!(program, "{attribute}\nfn f{number}(n: u32) -> u32 {{\n    n + {number} + {version}\n}}")
                .expect("a string takes it");
        }
        package.write(&program);
        package.build(&[])
    }
}

/// A package outside of the workspace, with its versions.
struct Package(PathBuf);

impl Package {
    fn new(name: &str, dependency: &str, program: &str) -> Package {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let directory = format!("landlock-benches-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let package = Package(env::temp_dir().join(directory));
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::create_dir_all(package.0.join("src")).expect("there is room");
        fs::copy(lock, package.0.join("Cargo.lock")).expect("there is room");
        let manifest =
            format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependency}\n");
        fs::write(package.0.join("Cargo.toml"), manifest).expect("there is room");
        package.write(program);
        package
    }

    fn write(&self, program: &str) {
        fs::write(self.0.join("src/main.rs"), program).expect("there is room");
    }

    fn build(&self, arguments: &[&str]) -> Duration {
        let before = of_children();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--offline", "--quiet"]).args(arguments).current_dir(&self.0);
        let built = cargo.env("CARGO_TARGET_DIR", "target").status().expect("cargo runs");
        assert!(built.success(), "{:?} is not built", self.0);
        Duration::from_millis(10 * (of_children() - before))
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The CPU time of the children that have ended, and of theirs, in hundredths of a second.
fn of_children() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("there is /proc");
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    fields.skip(13).take(2).map(|field| field.parse::<u64>().expect("a number")).sum()
}
