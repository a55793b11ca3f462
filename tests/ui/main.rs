//! What the compiler says. One file per mistake, with every line that the user sees beside it; `TRYBUILD=overwrite`
//! rewrites these, and then each is to be read.

use std::process::Command;

/// The messages around ours change from one compiler to the next, so they are compared with this one only.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&version);
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    if version.starts_with(COMPILER) {
        cases.compile_fail("ui/fail/*/*.rs");
    } else {
        eprintln!("SKIPPED: the messages are those of {COMPILER}x, and this is {}", version.trim());
    }
}
