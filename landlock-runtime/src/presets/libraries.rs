//! The dynamic loaders and libraries of the system, for programs that are not known one by one.

use super::loader::{self, GLIBC_FILES, MUSL};
use super::root::Root;
use crate::policy::{Policy, each, optional};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What Debian calls this architecture, and the one of 32 bits beside it.
pub(super) const TRIPLETS: &[&str] = if cfg!(target_arch = "x86_64") {
    &["x86_64-linux-gnu", "i386-linux-gnu"]
} else if cfg!(target_arch = "aarch64") {
    &["aarch64-linux-gnu", "arm-linux-gnueabihf"]
} else if cfg!(target_arch = "x86") {
    &["i386-linux-gnu"]
} else if cfg!(target_arch = "arm") {
    &["arm-linux-gnueabihf", "arm-linux-gnueabi"]
} else if cfg!(target_arch = "riscv64") {
    &["riscv64-linux-gnu"]
} else if cfg!(target_arch = "powerpc64") {
    &["powerpc64le-linux-gnu"]
} else if cfg!(target_arch = "s390x") {
    &["s390x-linux-gnu"]
} else if cfg!(target_arch = "loongarch64") {
    &["loongarch64-linux-gnu"]
} else {
    &[]
};

/// What dynamically linked programs need besides their own files.
///
/// * `exec`: of the ELF interpreters (`ld.so`), the file itself, of those that exist: `/lib64/ld-linux-x86-64.so.2`,
///   `/lib/ld-linux.so.2`, `/libx32/ld-linux-x32.so.2`, `/lib/ld-linux-aarch64.so.1`, `/lib/ld-linux-armhf.so.3`,
///   `/lib/ld-linux.so.3`, `/lib/ld-linux-riscv64-lp64d.so.1`, `/lib64/ld64.so.2`, `/lib/ld64.so.1`,
///   `/lib64/ld-linux-loongarch-lp64d.so.1`, `/lib/ld.so.1`, `/lib64/ld.so.1` and musl's `/lib/ld-musl-*.so.1`; with
///   `/dev/null`, as [`Policy::exec`] says;
/// * `read`: the library directories `/lib`, `/lib32`, `/lib64`, `/libx32`, `/usr/lib`, `/usr/lib32`, `/usr/lib64`,
///   `/usr/libx32`, `/usr/local/lib`, `/usr/local/lib32`, `/usr/local/lib64`; the directories of the libraries that
///   `/etc/ld.so.cache` names and the files elsewhere that these are links to; the directories that a file
///   `/etc/ld-musl-*.path` names;
/// * `read`: the files `/etc/ld.so.cache`, `/etc/ld.so.preload` and `/etc/ld-musl-*.path`.
///
/// The program itself must be granted beside it, with [`Policy::exec`]. No library can be executed; but **with `ld.so`
/// executable, any ELF file that can be read can be run through it**, and `/usr/lib` holds programs of its own: this is no
/// list of programs. Not what `LD_LIBRARY_PATH` and `LD_PRELOAD` say. Not Nix and Guix, where a program names its
/// interpreter and libraries in the store, each by its own path: `elf` knows those of one program.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::process::Command;
///
/// let policy = Policy::new().exec("/bin/true").include(&presets::shared_libs());
/// let (granted, other) = policy.run(|| (Command::new("/bin/true").status(), Command::new("/bin/cat").status()))?;
/// # if std::path::Path::new("/lib64/ld-linux-x86-64.so.2").exists() {
/// assert!(granted?.success() && other.is_err());
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline]
pub fn shared_libs() -> Policy {
    below(Root::system())
}

#[inline]
pub(super) fn below(root: Root<'_>) -> Policy {
    const DIRECTORIES: [&str; 11] = [
        "/lib",
        "/lib32",
        "/lib64",
        "/libx32",
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/usr/libx32",
        "/usr/local/lib",
        "/usr/local/lib32",
        "/usr/local/lib64",
    ];
    let told = MUSL.iter().filter_map(|architecture| loader::musl_directories(root, architecture)).flatten();
    let musl_files = MUSL.map(loader::musl_file).into_iter().filter(|file| root.resolve(file).is_some());
    Policy::new()
        .exec(each(interpreters(root).iter().map(optional)))
        .read(each(DIRECTORIES.map(optional)))
        .read(each(told.map(optional)))
        .read(each(cached_elsewhere(root, &DIRECTORIES).iter().map(optional)))
        .read(each(GLIBC_FILES.map(optional)))
        .read(each(musl_files.map(optional)))
}

/// By the paths that programs name them with, which are part of each architecture's ABI.
#[inline]
fn interpreters(root: Root<'_>) -> Vec<String> {
    const GLIBC: [&str; 12] = [
        "/lib64/ld-linux-x86-64.so.2",
        "/lib/ld-linux.so.2",
        "/libx32/ld-linux-x32.so.2",
        "/lib/ld-linux-aarch64.so.1",
        "/lib/ld-linux-armhf.so.3",
        "/lib/ld-linux.so.3",
        "/lib/ld-linux-riscv64-lp64d.so.1",
        "/lib64/ld64.so.2",
        "/lib/ld64.so.1",
        "/lib64/ld-linux-loongarch-lp64d.so.1",
        "/lib/ld.so.1",
        "/lib64/ld.so.1",
    ];
    let musl = MUSL.map(|architecture| format!("/lib/ld-musl-{architecture}.so.1"));
    let known = GLIBC.into_iter().map(str::to_owned).chain(musl);
    known.filter(|interpreter| root.resolve(interpreter).is_some()).collect()
}

/// The directories of cached libraries that lie outside the granted ones, and the files outside all of them that the
/// libraries are links to.
#[inline]
fn cached_elsewhere(root: Root<'_>, granted: &[&str]) -> BTreeSet<PathBuf> {
    let granted: Vec<PathBuf> = granted.iter().filter_map(|directory| root.resolve(directory)).collect();
    let outside = |path: &PathBuf| !granted.iter().any(|directory| path.starts_with(directory));
    let cached = loader::cache(root);
    let directories: BTreeSet<&Path> = cached.iter().filter_map(|library| library.path.parent()).collect();
    let mut elsewhere = BTreeSet::new();
    for directory in directories {
        let Some(resolved) = root.resolve(directory) else { continue };
        let names = cached.iter().filter(|library| library.path.parent() == Some(directory));
        let files = names.filter_map(|library| root.entry(&resolved, library.path.file_name()?));
        elsewhere.extend(files.filter(|file| outside(file) && !file.starts_with(&resolved)));
        elsewhere.extend(Some(resolved).filter(outside));
    }
    elsewhere
}
