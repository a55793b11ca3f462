//! What the compiler says. One file per mistake, with every line that the user sees beside it; `TRYBUILD=overwrite`
//! rewrites these, and then each is to be read.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// The messages around ours change from one compiler to the next, so they are compared with this one only.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&version);
    files_of_landlockconfig().expect("the files can be copied");
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    if version.starts_with(COMPILER) {
        cases.compile_fail("ui/fail/*/*.rs");
    } else {
        eprintln!("SKIPPED: the messages are those of {COMPILER}x, and this is {}", version.trim());
    }
}

/// `landlockconfig!` reads from the package that is compiled, and trybuild makes one of its own: there its files are needed.
fn files_of_landlockconfig() -> io::Result<()> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tests").join("trybuild/landlock-tests");
    fs::create_dir_all(package.join("ui/landlockconfig"))?;
    for file in fs::read_dir("ui/landlockconfig")? {
        let file = file?.path();
        fs::copy(&file, package.join(&file))?;
    }
    Ok(())
}
