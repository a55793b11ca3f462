//! Which threads run.

use super::sys;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::{fs, io};

/// The threads of the process, at the moment of the question.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Running {
    /// Only the calling one.
    Alone,
    /// Others too; their names, for the message.
    Others(Vec<String>),
}

/// Asks with one system call: a directory in `/proc` counts a link per thread, besides its own two.
pub(crate) fn running() -> io::Result<Running> {
    const TASKS: &str = "/proc/self/task";
    let alone = match fs::metadata(TASKS) {
        Ok(tasks) => tasks.nlink() <= 3,
        // No /proc here: another call knows, too.
        Err(_) => sys::is_single_threaded()?,
    };
    Ok(if alone { Running::Alone } else { Running::Others(names(Path::new(TASKS))) })
}

/// Whether the calling thread is the one that the process started with.
pub(crate) fn is_main_thread() -> bool {
    sys::is_main_thread()
}

fn names(tasks: &Path) -> Vec<String> {
    let tids = fs::read_dir(tasks).into_iter().flatten().flatten();
    // The main thread is the one whose id is the process id; every other can be the caller, which is no news.
    let name = |tid: fs::DirEntry| fs::read_to_string(tid.path().join("comm")).ok();
    let names: Vec<_> = tids.filter_map(name).map(|name| format!("{:?}", name.trim_end())).collect();
    if names.is_empty() { vec!["their names cannot be read here".to_owned()] } else { names }
}
