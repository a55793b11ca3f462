//! Threads that this library did not start, and that hold no layer unknown to it: they ran before it restricted a single thread for the
//! first time, or the kernel was asked about them, or they were looked at before all were restricted at once (ABI 8).

use super::others::{execs, keeps_privileges};
use super::together::{Memory, remember_by};
use crate::kernel::{Kernel, Task, is_main_thread_id, no_new_privs, other_tasks};
use std::sync::{Mutex, MutexGuard, PoisonError};

static KNOWN: Mutex<Known> = Mutex::new(Known { tasks: Vec::new(), execs: 0 });

struct Known {
    tasks: Vec<Task>,
    /// How many [`execs`] there had been.
    execs: usize,
}

/// Nothing is known any more once one of them, nobody knows which, has restricted itself for a program that it then could not
/// execute.
fn known() -> MutexGuard<'static, Known> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.execs != execs() {
        *known = Known { tasks: Vec::new(), execs: execs() };
    }
    known
}

/// To be called before this library restricts a single thread for the first time. Those that may still gain privileges hold nothing,
/// as anybody can see later.
#[inline]
pub(super) fn start() {
    if can_matter() {
        if no_new_privs().unwrap_or(true) {
            all();
        }
        remember_by(Memory { knows, knows_all: all });
    }
}

/// The calling thread: the kernel was asked about it.
#[inline]
pub(super) fn this_thread() {
    if can_matter() {
        known().tasks.extend(Task::of_this_thread());
    }
}

/// Whether this kernel can restrict all threads at once: elsewhere nothing need be remembered.
#[inline]
fn can_matter() -> bool {
    Kernel::get().is_ok_and(Kernel::restricts_all_threads)
}

/// Whether a thread is known: one that has its number now, and was started when it was. The main thread has inherited nothing.
#[inline]
fn knows(id: i32) -> bool {
    let tells_nothing = keeps_privileges() || no_new_privs().is_ok_and(|given_up| given_up);
    tells_nothing && is_main_thread_id(id) && execs() == 0
        || Task::numbered(id).is_some_and(|task| known().tasks.contains(&task))
}

/// All that run. Where they cannot be listed, they stay unknown.
#[inline]
fn all() {
    if let Ok(others) = other_tasks() {
        let mut known = known();
        known.tasks = others;
        known.tasks.extend(Task::of_this_thread());
    }
}
