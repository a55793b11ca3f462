//! The threads of the process one by one, as `/proc` tells of them: which they are, and whether they may hold a layer.

use super::sys;
use super::threads::listed;
use std::fs;
use std::io;
use std::path::Path;

/// A thread. When it was started tells it apart from one that has its number later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    id: i32,
    started: u64,
}

impl Task {
    /// The calling thread, where it can be read.
    pub(crate) fn of_this_thread() -> Option<Task> {
        read(Path::new("/proc/thread-self"), sys::thread_id()).ok().flatten()
    }

    /// Whether the process started with it.
    pub(crate) fn is_main_thread(self) -> bool {
        std::process::id() == self.id.unsigned_abs()
    }
}

/// A thread, and whether it has given up gaining privileges: no unprivileged thread holds a layer without.
#[derive(Debug)]
pub(crate) struct OtherTask {
    pub(crate) task: Task,
    pub(crate) no_new_privs: bool,
}

/// The threads beside the calling one. Those that have ended meanwhile are none.
///
/// # Errors
///
/// One that cannot be read.
pub(crate) fn other_tasks() -> io::Result<Vec<OtherTask>> {
    let mut others = Vec::new();
    for entry in listed()? {
        let entry = entry?;
        let id = entry.file_name().to_str().and_then(|id| id.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if id != sys::thread_id()
            && let Some(task) = read(&entry.path(), id)?
            && let Some(no_new_privs) = no_new_privs(&entry.path())?
        {
            others.push(OtherTask { task, no_new_privs });
        }
    }
    Ok(others)
}

/// The thread of a directory, unless it has ended.
fn read(directory: &Path, id: i32) -> io::Result<Option<Task>> {
    let Some(stat) = text(&directory.join("stat"))? else { return Ok(None) };
    // The name may hold anything, but it ends with the last parenthesis.
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    let state = fields.next();
    // The 22nd field of all; the state is the third.
    let started = fields.nth(18).and_then(|started| started.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let has_ended = matches!(state, Some("Z" | "X" | "x"));
    Ok((!has_ended).then_some(Task { id, started }))
}

fn no_new_privs(directory: &Path) -> io::Result<Option<bool>> {
    let Some(status) = text(&directory.join("status"))? else { return Ok(None) };
    let line = status.lines().find_map(|line| line.strip_prefix("NoNewPrivs:"));
    Ok(Some(line.ok_or(io::ErrorKind::InvalidData)?.trim() != "0"))
}

/// A file of a thread, unless it has ended.
fn text(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn other_threads_tell_what_they_have_given_up() {
        let ((tell, told), (stop, stopped)) = (channel(), channel::<()>());
        let other = thread::Builder::new().name(") S 1 (".to_owned()).spawn(move || {
            sys::set_no_new_privs().expect("it is allowed");
            tell.send(Task::of_this_thread()).expect("it is heard");
            stopped.recv()
        });
        let id = told.recv().expect("it runs").expect("/proc is there");
        let found = |expected: Task| {
            let others = other_tasks().expect("/proc is there");
            others.into_iter().find(|other| other.task == expected).map(|other| other.no_new_privs)
        };
        assert_eq!(found(id), Some(true));
        assert!(!id.is_main_thread());
        let this = Task::of_this_thread().expect("/proc is there");
        assert_eq!(found(this), None, "it is not another");
        let seen = thread::scope(|scope| scope.spawn(|| found(this)).join().expect("no panic"));
        assert_eq!(seen, Some(false));
        drop(stop);
        let _ = other.expect("a thread").join();
    }
}
