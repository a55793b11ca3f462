//! Which threads run, and how the process was started.

use super::sys;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;
use std::{fs, io, thread};

/// The threads of the process, at the moment of the question.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Running {
    /// Only the calling one.
    Alone,
    /// Others too; their names, for the message.
    Others(Vec<String>),
}

/// Asks with one system call: a directory in `/proc` counts a link per thread, besides its own two.
///
/// A thread that was joined is counted until the kernel has cleared it away, a moment later: what seems to be another
/// thread gets that moment.
pub(crate) fn running() -> io::Result<Running> {
    const TASKS: &str = "/proc/self/task";
    const MOMENTS: u32 = 50;
    for _ in 0..MOMENTS {
        let alone = match fs::metadata(TASKS) {
            Ok(tasks) => tasks.nlink() <= 3,
            // No /proc here: another call knows, too.
            Err(_) => sys::is_single_threaded()?,
        };
        if alone {
            return Ok(Running::Alone);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Running::Others(names(Path::new(TASKS))))
}

/// Whether this program was started with more rights than its caller has, so that its environment is somebody else's.
pub(crate) fn is_privileged_start() -> bool {
    sys::is_privileged_start()
}

/// Whether the calling thread is the one that the process started with.
pub(crate) fn is_main_thread() -> bool {
    std::process::id() == sys::thread_id().unsigned_abs()
}

/// The names of the other threads. One that ends meanwhile has none.
fn names(tasks: &Path) -> Vec<String> {
    let caller = sys::thread_id().to_string();
    let others = fs::read_dir(tasks).into_iter().flatten().flatten().filter(|task| *task.file_name() != *caller);
    let names = others.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
    let names: Vec<_> = names.map(|name| format!("{:?}", name.trim_end())).collect();
    if names.is_empty() { vec!["their names cannot be read here".to_owned()] } else { names }
}
