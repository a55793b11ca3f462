//! `landlock_runtime::testing`, as its users use it: ordinary tests of the compiler's own harness, each in pairs.

mod assertions;
mod emulation;
mod gaps;
#[path = "../enforce/kernels.rs"]
#[expect(dead_code, reason = "the names of the Linux versions are of no use here")]
mod kernels;
mod messages;
mod process;
mod skip;
mod started;

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs, io};

/// A directory that is removed in the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> io::Result<Directory> {
        let path = env::temp_dir().join(format!("landlock-testing-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Directory(path.canonicalize()?))
    }

    fn file(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, "some bytes")?;
        Ok(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("it can be removed");
    }
}

/// A test of this program that is ignored otherwise, as a process of its own.
fn ignored(test: &str) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--ignored", "--exact", test]);
    Ok(command)
}

/// What it says, and whether it passes.
fn of_the_ignored(test: &str) -> io::Result<(String, bool)> {
    let output = ignored(test)?.output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("running 1 test\n"), "{printed}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((format!("{said}{printed}"), output.status.success()))
}
