//! Which threads run, and how the process was started.

use super::report::UNREADABLE;
use super::sys;
use super::tasks::others;
use std::ffi::{CStr, OsStr};
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// A directory for each thread.
const TASKS: &CStr = c"/proc/self/task";

/// A thread that was joined is still there until the kernel has cleared it away, a moment later: what seems to be another
/// thread gets these milliseconds.
pub(crate) const MOMENTS: u32 = 50;

/// The threads of the process, at the moment of the question.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Running {
    /// Only the calling one.
    Alone,
    /// Others too; their names, for the message.
    Others(Vec<String>),
}

/// Asks the kernel with one system call: `unshare` succeeds only where the process has one thread, and says `EINVAL` where
/// it has others. In a fresh process that takes 0.1 µs.
///
/// A filter may refuse the call (those of containers do). Then the links of a directory in `/proc` count the threads, one
/// each besides its own two: 4 µs. An ordinary directory of that name counts nothing.
///
/// A filter that forges the kernel's answer is believed, as one would be that forges the answer of any other call.
pub(crate) fn running() -> io::Result<Running> {
    for _ in 0..MOMENTS {
        let alone = match sys::is_single_threaded() {
            Err(refused) => counted_tasks().map_or(Err(refused), |tasks| Ok(tasks <= 1)),
            answer => answer,
        }?;
        if alone {
            return Ok(Running::Alone);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Running::Others(names()))
}

/// How many threads `/proc` counts.
#[cold]
fn counted_tasks() -> io::Result<u64> {
    let tasks = tasks()?;
    Ok(tasks.metadata()?.nlink().saturating_sub(2))
}

/// The directory of the threads, if it is one that the kernel has made.
fn tasks() -> io::Result<File> {
    let tasks = sys::open_path(TASKS, libc::O_DIRECTORY)?;
    if sys::file_system(tasks.as_fd())? == sys::PROC { Ok(tasks.into()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Whether the kernel says that the calling thread is the only one; not where something refuses to answer.
pub(crate) fn is_alone() -> bool {
    matches!(sys::is_single_threaded(), Ok(true))
}

/// Whether this program was started with more rights than its caller has, so that its environment is somebody else's.
pub(crate) fn is_privileged_start() -> bool {
    sys::is_privileged_start()
}

/// Whether the calling thread is the one that the process started with.
pub(crate) fn is_main_thread() -> bool {
    is_main_thread_id(sys::thread_id())
}

/// Whether it is the number of that thread.
pub(crate) fn is_main_thread_id(id: i32) -> bool {
    std::process::id() == id.unsigned_abs()
}

/// The names of the other threads. One that ends meanwhile has none.
#[cold]
fn names() -> Vec<String> {
    let mut names = Vec::new();
    let _ = others(&mut |_, status| names.push(name(status)));
    if names.is_empty() {
        names.push(UNREADABLE.to_owned());
    }
    names
}

/// The directories of the threads.
pub(super) fn listed() -> io::Result<fs::ReadDir> {
    tasks()?;
    fs::read_dir(Path::new(OsStr::from_bytes(TASKS.to_bytes())))
}

/// The name of a thread, of which the kernel keeps 15 bytes, cut within a character where it must: the first line.
fn name(status: &[u8]) -> String {
    let end = status.iter().position(|byte| *byte == b'\n').unwrap_or(status.len());
    let name = String::from_utf8_lossy(&status[..end]);
    name.strip_prefix("Name:\t").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// More than fit in what is read of a directory at once; and not the caller.
    #[test]
    fn the_other_threads_have_names() {
        let (go_on, started) = channel();
        let name = |number: usize| format!("named \"{number}\"");
        let wait = |number| {
            let (stop, stopped) = channel::<()>();
            let go_on = go_on.clone();
            let idle = move || go_on.send(()).is_ok() && stopped.recv().is_ok();
            (stop, thread::Builder::new().name(name(number)).spawn(idle).expect("a thread"))
        };
        let threads: Vec<_> = (0..100).map(wait).collect();
        // A thread sets its name itself, a moment after it was started.
        for _ in &threads {
            started.recv().expect("they run");
        }
        let caller = thread::Builder::new().name("named \"caller\"".to_owned()).spawn(super::names);
        let mut names = caller.expect("a thread").join().expect("no panic");
        names.retain(|found| found.starts_with("named"));
        names.sort();
        let mut expected: Vec<_> = (0..100).map(name).collect();
        expected.sort();
        assert_eq!(names, expected);
        for (stop, thread) in threads {
            drop(stop);
            thread.join().expect("no panic");
        }
    }

    #[test]
    fn a_name_that_is_cut_within_a_character_is_a_name() {
        let ((go_on, started), (stop, stopped)) = (channel(), channel::<()>());
        let idle = move || go_on.send(()).is_ok() && stopped.recv().is_ok();
        let thread = thread::Builder::new().name("ä".repeat(8)).spawn(idle).expect("a thread");
        started.recv().expect("it runs");
        let cut = format!("{}\u{fffd}", "ä".repeat(7));
        assert!(super::names().contains(&cut), "{:?}", super::names());
        drop(stop);
        thread.join().expect("no panic");
    }
}
