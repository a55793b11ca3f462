//! The threads of the process one by one, as `/proc` tells of them: which they are, and whether they may hold a layer.

use super::sys;
use super::threads::listed;
use std::fs::{self, File};
use std::io::{self, Read as _};

/// A thread. When it was started tells it apart from one that has its number later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    id: i32,
    started: u64,
}

impl Task {
    /// The calling thread, where it can be read.
    #[inline]
    pub(crate) fn of_this_thread() -> Option<Task> {
        Task::numbered(sys::thread_id())
    }

    /// The thread that has this number now, where it can be read.
    #[inline]
    pub(crate) fn numbered(id: i32) -> Option<Task> {
        let stat = fs::read(format!("/proc/self/task/{id}/stat")).ok()?;
        // The name may hold anything, but it ends with the last parenthesis. When it was started is the 22nd field of all; the
        // state, the first behind the name, is the third.
        let fields = stat.rsplit(|byte| *byte == b')').next().and_then(|fields| std::str::from_utf8(fields).ok())?;
        let started = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
        Some(Task { id, started })
    }
}

/// Tells the numbers of the threads beside the calling one, and whether each has given up gaining privileges: without, no
/// unprivileged thread holds a layer.
///
/// # Errors
///
/// One that cannot be read.
pub(crate) fn other_threads(tell: &mut dyn FnMut(i32, bool)) -> io::Result<()> {
    others(&mut |id, status| tell(id, !contains(status, b"\nNoNewPrivs:\t0")))
}

/// The threads beside the calling one.
///
/// # Errors
///
/// One that cannot be read.
#[inline]
pub(crate) fn other_tasks() -> io::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    others(&mut |id, _| tasks.extend(Task::numbered(id)))?;
    Ok(tasks)
}

/// Tells each thread beside the calling one, with what `/proc` says of it. Those that have ended are none.
pub(super) fn others(tell: &mut dyn FnMut(i32, &[u8])) -> io::Result<()> {
    for task in listed()? {
        let task = task?;
        let id = task.file_name().to_str().and_then(|id| id.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if id == sys::thread_id() {
            continue;
        }
        let mut status = [0; 4096];
        match File::open(task.path().join("status")).and_then(|mut file| file.read(&mut status)) {
            Ok(length) => {
                let status = &status[..length];
                if !contains(status, b"\nState:\tZ") && !contains(status, b"\nState:\tX") {
                    tell(id, status);
                }
            }
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether it stands in the text. In a name, a line feed is told as an escape.
#[inline(never)]
fn contains(text: &[u8], line: &[u8]) -> bool {
    text.windows(line.len()).any(|part| part == line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn other_threads_tell_what_they_have_given_up() {
        let ((tell, told), (stop, stopped)) = (channel(), channel::<()>());
        let other = thread::Builder::new().name("\nX 0 ) S 1 (".to_owned()).spawn(move || {
            sys::set_no_new_privs().expect("it is allowed");
            tell.send(Task::of_this_thread()).expect("it is heard");
            stopped.recv()
        });
        let task = told.recv().expect("it runs").expect("/proc is there");
        let gave_up = || {
            let mut gave_up = Vec::new();
            let tell = &mut |id, has_given_up| gave_up.extend(Some(id).filter(|_| has_given_up));
            other_threads(tell).expect("/proc is there");
            gave_up
        };
        let this = Task::of_this_thread().expect("/proc is there");
        assert!(gave_up().contains(&task.id) && !gave_up().contains(&this.id));
        assert!(other_tasks().expect("/proc is there").contains(&task));
        assert_eq!(Task::numbered(task.id), Some(task));
        let seen = thread::scope(|scope| {
            let look = || (gave_up(), other_tasks().expect("/proc is there"));
            scope.spawn(look).join().expect("no panic")
        });
        assert!(!seen.0.contains(&this.id), "it may still gain privileges");
        assert!(seen.1.contains(&this));
        drop(stop);
        let _ = other.expect("a thread").join();
    }
}
