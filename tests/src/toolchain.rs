//! What can be built here, and crates outside of the workspace that are.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// Makes a crate outside of the workspace in this directory, with these files and the versions of the workspace. Files that are
/// so already stay untouched, for cargo to see that.
///
/// # Errors
///
/// The system's.
pub fn outside_crate<'f>(root: &Path, files: impl IntoIterator<Item = (&'f str, &'f str)>) -> io::Result<()> {
    for (file, text) in files {
        let file = root.join(file);
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        if fs::read_to_string(&file).ok().as_deref() != Some(text) {
            fs::write(file, text)?;
        }
    }
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"), root.join("Cargo.lock")).map(drop)
}

/// Whether this toolchain can build for a target.
#[must_use]
pub fn toolchain_has(target: &str) -> bool {
    let found = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let directory = found.ok().and_then(|found| String::from_utf8(found.stdout).ok()).unwrap_or_default();
    Path::new(directory.trim()).is_dir()
}
