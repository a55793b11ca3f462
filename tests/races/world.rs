//! Directories with something in them, and what of it can be read: asked by descriptor, wherever they stand at the moment.

use landlock_tests::Scratch;
use rustix::fs::{CWD, Mode, OFlags, RenameFlags, open, openat, renameat_with};
use rustix::io::Errno;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// A directory with a file, and with another directory that has one, too.
pub(crate) struct Directory {
    pub(crate) path: PathBuf,
    descriptor: OwnedFd,
}

/// What can be read of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readable {
    All,
    /// Only what is below `inner`.
    Inner,
    Nothing,
}

impl Directory {
    pub(crate) fn new(scratch: &Scratch, name: &str) -> io::Result<Directory> {
        let path = scratch.directory(name)?;
        for file in ["file", "inner/file"] {
            scratch.file(path.join(file))?;
        }
        let descriptor = open(&path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Directory { path, descriptor })
    }

    pub(crate) fn readable(&self) -> Readable {
        let opens = |path: &str, flags| match openat(&self.descriptor, path, flags | OFlags::CLOEXEC, Mode::empty()) {
            Ok(_) => true,
            Err(Errno::ACCESS) => false,
            Err(error) => panic!("{path}: {error}"),
        };
        let all = [opens(".", OFlags::DIRECTORY), opens("file", OFlags::RDONLY)];
        let inner = [opens("inner", OFlags::DIRECTORY), opens("inner/file", OFlags::RDONLY)];
        match (all, inner) {
            ([true, true], [true, true]) => Readable::All,
            ([false, false], [true, true]) => Readable::Inner,
            ([false, false], [false, false]) => Readable::Nothing,
            parts => panic!("a part of it: {parts:?}"),
        }
    }
}

/// Exchanges two paths as fast as it can, while the other runs. How often.
pub(crate) fn while_exchanging<T>(one: &Path, other: &Path, run: impl FnOnce() -> T) -> (T, u64) {
    while_doing(|| Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?), run)
}

/// Does one thing over and over, while the other runs. How often.
pub(crate) fn while_doing<T>(act: impl Fn() -> io::Result<()> + Sync, run: impl FnOnce() -> T) -> (T, u64) {
    let (done, times) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let acting = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                act().expect("it can be done");
                times.fetch_add(1, Ordering::Relaxed);
            }
        });
        let result = {
            let _stops = Stops(&done);
            while times.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            }
            run()
        };
        acting.join().expect("no panic");
        (result, times.load(Ordering::Relaxed))
    })
}

/// Also where the other panics: else nobody would see it.
struct Stops<'a>(&'a AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
