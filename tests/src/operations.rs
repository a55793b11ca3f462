//! Operations that many cases probe. Their argument is the round, as [`Probes`](crate::Probes) takes them.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;

/// An operation in the shape that [`Probes`](crate::Probes) take.
pub type Operation = Box<dyn Fn(u32) -> io::Result<()> + Send + Sync>;

/// Lists a directory.
pub fn list(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| fs::read_dir(&path).map(drop))
}

/// Opens a file for reading.
pub fn read(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| File::open(&path).map(drop))
}

/// Opens a file for writing.
pub fn write(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| OpenOptions::new().write(true).open(&path).map(drop))
}
