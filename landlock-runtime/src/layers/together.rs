//! All threads at once (ABI 8): the kernel gives each the layers of the calling thread and the new one, in place of those that
//! it had. A thread that holds others would lose them, and is found here before.

use super::others::{keeps_privileges, was_a_thread_restricted};
use super::{is_any_thread_restricted, of_this_thread, recorded_threads};
use crate::kernel::{MOMENTS, is_alone, no_new_privs, other_threads};
use std::io;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// What is known of threads that this library did not start. Only a program that restricts single threads has one: `known`.
pub(super) struct Memory {
    /// Whether the thread of this number holds no layer that is unknown.
    pub(super) knows: fn(i32) -> bool,
    /// All threads that run hold none.
    pub(super) knows_all: fn(),
}

static MEMORY: OnceLock<Memory> = OnceLock::new();

#[inline]
pub(super) fn remember_by(memory: Memory) {
    // There is one only, so it is no matter who sets it.
    let _ = MEMORY.set(memory);
}

/// How many threads would lose layers, or may. To be asked while no thread can restrict itself by this library.
pub(super) fn would_lose_layers() -> usize {
    if is_any_thread_restricted() {
        let others = recorded_threads() - usize::from(!of_this_thread().is_empty());
        if others > 0 {
            return others;
        }
    }
    if is_alone() { 0 } else { unknown_threads() }
}

/// None of those that run holds anything unknown. To be called when that was found, before they are restricted: then nobody may
/// list them any more.
fn none_is_unknown() {
    if let Some(memory) = MEMORY.get() {
        (memory.knows_all)();
    }
}

/// The threads that may hold a layer which this library has not recorded. Where they cannot be read, there is one at least.
#[cold]
fn unknown_threads() -> usize {
    let mut unknown = 0;
    // What seems to be a thread may have been joined.
    for _ in 0..MOMENTS {
        unknown = unknown_now().unwrap_or(1);
        if unknown == 0 {
            none_is_unknown();
            break;
        }
        thread::sleep(Duration::from_millis(1));
        if is_alone() {
            return 0;
        }
    }
    unknown
}

fn unknown_now() -> io::Result<usize> {
    // Where the calling thread has given up gaining privileges, too, the others tell nothing by that; but before this library
    // restricted a single thread, nothing unknown could be inherited.
    if no_new_privs()? && !was_a_thread_restricted() {
        return Ok(0);
    }
    let (memory, any_may) = (MEMORY.get(), keeps_privileges() && was_a_thread_restricted());
    let mut unknown = 0;
    other_threads(&mut |id, has_given_up| {
        let may_hold = has_given_up || any_may;
        unknown += usize::from(may_hold && !memory.is_some_and(|memory| (memory.knows)(id)));
    })?;
    Ok(unknown)
}
