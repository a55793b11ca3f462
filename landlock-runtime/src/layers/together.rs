//! All threads at once (ABI 8): the kernel gives each the layers of the calling thread and the new one, in place of those that
//! it had. A thread that holds others would lose them, and is found here before.

use super::{is_any_thread_restricted, of_this_thread, others, recorded_threads};
use crate::kernel::{Kernel, MOMENTS, Task, is_alone, no_new_privs, other_tasks};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Threads that this library did not start, and that hold no layer unknown to it: they ran before it restricted a single thread
/// for the first time, or the kernel was asked about them, or it gave them the layers of another.
static KNOWN: Mutex<Vec<Task>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Task>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether all threads at once is something that this kernel can do: nowhere else need anything be remembered.
fn can_be() -> bool {
    Kernel::get().is_ok_and(Kernel::restricts_all_threads)
}

/// A thread about which the kernel has said that it holds nothing unknown.
pub(super) fn remember_this_thread() {
    if can_be() {
        known().extend(Task::of_this_thread());
    }
}

/// All that run, before this library restricts a single thread for the first time. Those that may still gain privileges hold
/// nothing, as anybody can see later.
pub(super) fn remember_the_first() {
    if can_be() && no_new_privs().unwrap_or(true) {
        remember_all();
    }
}

/// All that run have just been given the layers of the calling thread.
pub(super) fn have_the_same() {
    if others::was_a_thread_restricted() && !is_alone() {
        remember_all();
    }
}

/// All that run. Where they cannot be listed, they stay unknown.
fn remember_all() {
    if let Ok(others) = other_tasks() {
        let mut known = known();
        *known = others.iter().map(|other| other.task).chain(Task::of_this_thread()).collect();
    }
}

/// How many threads would lose layers, or may. To be asked while no thread can restrict itself by this library.
pub(super) fn would_lose_layers() -> usize {
    if is_any_thread_restricted() {
        let others = recorded_threads() - usize::from(!of_this_thread().is_empty());
        if others > 0 {
            return others;
        }
    }
    if is_alone() {
        return 0;
    }
    // One that cannot be read counts, and whoever is there with it may as well.
    let unknown = || unknown_threads().unwrap_or(1);
    // What seems to be a thread may have been joined.
    for _ in 0..MOMENTS {
        if unknown() == 0 {
            return 0;
        }
        thread::sleep(Duration::from_millis(1));
    }
    unknown()
}

/// The threads that may hold a layer which this library has not recorded.
fn unknown_threads() -> io::Result<usize> {
    let others = other_tasks()?;
    let mut known = known();
    known.retain(|task| others.iter().any(|other| other.task == *task));
    // Where the calling thread could not hold any either, the others tell by this whether they do; else, before any single
    // thread was restricted, there was nothing to inherit.
    let tells = !no_new_privs()?;
    let cannot = |task: Task| !tells && (!others::was_a_thread_restricted() || task.is_main_thread());
    let may = |task: Task| !known.contains(&task) && !cannot(task);
    Ok(others.iter().filter(|other| other.no_new_privs && may(other.task)).count())
}
