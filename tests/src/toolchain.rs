//! What can be built here.

use std::path::Path;
use std::process::Command;

/// Whether this toolchain can build for a target.
#[must_use]
pub fn toolchain_has(target: &str) -> bool {
    let found = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let directory = found.ok().and_then(|found| String::from_utf8(found.stdout).ok()).unwrap_or_default();
    Path::new(directory.trim()).is_dir()
}
