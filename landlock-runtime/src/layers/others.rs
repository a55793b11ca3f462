//! Layers that this library does not know of: those of whoever started the program, those that other code puts on, and those
//! that a thread of `std` has inherited from a restricted thread. The kernel is asked how many there are, at most once for each
//! thread; which they are, nobody can ask.

use super::{RESTRICTING, known, of_the_process, of_this_thread};
use crate::kernel::{Kernel, depth, no_new_privs};
use std::cell::Cell;
use std::io;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How many layers a thread holds besides those that this library has recorded for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    NotAsked,
    Count(usize),
    /// The kernel was asked, and this was the answer.
    Refused(i32),
}

/// What was learned about a thread, and how many [`execs`] there had been then: it counts as long as there are no more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Learned {
    others: Others,
    execs: usize,
}

impl Learned {
    fn so_far(self) -> Others {
        if self.execs == execs() { self.others } else { Others::NotAsked }
    }
}

thread_local! {
    static THREAD: Cell<Learned> = const { Cell::new(Learned { others: Others::NotAsked, execs: 0 }) };
    /// Whether this library has started the thread.
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Those that all threads have. Asked before this library restricts a single thread for the first time: until then no thread
/// can have inherited what is not recorded for it.
static OF_ALL_THREADS: AtomicUsize = AtomicUsize::new(NOT_ASKED);

const NOT_ASKED: usize = usize::MAX;
/// Where nobody knows what all threads have, whatever one of them holds is unknown.
const NONE_KNOWN: usize = 0;

/// Unless it was set before.
fn set_of_all_threads(count: usize) {
    let _ = OF_ALL_THREADS.compare_exchange(NOT_ASKED, count, Ordering::SeqCst, Ordering::SeqCst);
}

/// Whether a layer was put on without giving up privileges, so that a thread which has not may hold one.
static KEEPS_PRIVILEGES: AtomicBool = AtomicBool::new(false);

/// How often a thread of this process has restricted itself for a program that was to be executed in its place. Whoever sees
/// more than 0 lives on: the program could not be executed, and the layer is on, and recorded nowhere.
static EXECS: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn execs() -> usize {
    EXECS.load(Ordering::SeqCst)
}

/// A command has restricted the thread that executes it. This is most often in a child, right before `exec`: it does nothing but
/// change numbers, which in a child are copies.
#[inline]
pub(crate) fn one_is_on_before_exec(keeps_privileges: bool) {
    EXECS.fetch_add(1, Ordering::SeqCst);
    a_thread_is_restricted();
    if keeps_privileges {
        before_a_layer_that_keeps_privileges();
    }
}

pub(super) fn of_this_thread_so_far() -> Learned {
    THREAD.get()
}

pub(super) fn inherit(learned: Learned) {
    THREAD.set(learned);
    IS_OURS.set(true);
}

/// Layers that the calling thread holds are recorded for it no more.
#[cold]
pub(super) fn add(layers: usize) {
    let Learned { others, execs } = THREAD.get();
    if let Others::Count(count) = others {
        THREAD.set(Learned { others: Others::Count(count + layers), execs });
    }
}

/// What a report says of them: a thread that this library has started is not asked for it.
#[inline]
pub(super) fn for_a_report() -> Others {
    let Learned { others, execs: before } = THREAD.get();
    if IS_OURS.get() && before == execs() { others } else { asked() }
}

/// Those of the calling thread, asked now unless they were before.
#[inline]
pub(super) fn asked() -> Others {
    let so_far = THREAD.get().so_far();
    if so_far != Others::NotAsked {
        return so_far;
    }
    let others = count();
    THREAD.set(Learned { others, execs: execs() });
    if !are_unknown(others) {
        known::this_thread();
    }
    others
}

/// Whether the calling thread holds, or may hold, a layer that neither all threads have nor this library has recorded.
#[inline]
pub(crate) fn holds_unknown() -> bool {
    was_a_thread_restricted() && are_unknown(asked())
}

/// What stood in the way of asking the kernel about the calling thread.
#[inline]
pub(super) fn refused() -> Option<io::Error> {
    match THREAD.get().so_far() {
        Others::Refused(errno) if errno != 0 => Some(io::Error::from_raw_os_error(errno)),
        _ => None,
    }
}

#[inline]
fn are_unknown(others: Others) -> bool {
    match others {
        Others::Count(count) => count > OF_ALL_THREADS.load(Ordering::SeqCst),
        _ => was_a_thread_restricted(),
    }
}

/// To be called before single threads are restricted. Apart from that, because a program which restricts only the whole process
/// is built without what is asked here.
#[inline]
pub(crate) fn before_single_threads() {
    if !was_a_thread_restricted() {
        known::start();
        set_of_all_threads(match count() {
            Others::Count(count) => count,
            _ => NONE_KNOWN,
        });
    }
}

/// To be called before a layer is put on a single thread. If nobody has asked before, nobody will know.
pub(super) fn a_thread_is_restricted() {
    set_of_all_threads(NONE_KNOWN);
}

/// Whether a thread that has not given up gaining privileges may hold a layer.
pub(super) fn keeps_privileges() -> bool {
    KEEPS_PRIVILEGES.load(Ordering::SeqCst)
}

/// Whether this library has restricted a single thread.
pub(super) fn was_a_thread_restricted() -> bool {
    OF_ALL_THREADS.load(Ordering::SeqCst) != NOT_ASKED
}

/// To be called before a layer is put on that does not give up privileges.
#[cold]
pub(super) fn before_a_layer_that_keeps_privileges() {
    KEEPS_PRIVILEGES.store(true, Ordering::SeqCst);
}

/// A thread that may still gain privileges holds no layer: to put one on, it would have needed `CAP_SYS_ADMIN`.
fn count() -> Others {
    let can_hold_any = keeps_privileges() || no_new_privs().unwrap_or(true);
    if !can_hold_any || Kernel::get().is_err() {
        return Others::Count(0);
    }
    ask()
}

#[cold]
fn ask() -> Others {
    let _meanwhile_none_is_put_on_all_threads = RESTRICTING.read().unwrap_or_else(PoisonError::into_inner);
    let recorded = of_the_process().len() + of_this_thread().len();
    match depth() {
        // What is recorded for all threads is not on this one, which other code has started in some way.
        Ok(depth) => depth.checked_sub(recorded).map_or(Others::Refused(0), Others::Count),
        Err(error) => Others::Refused(error.raw_os_error().unwrap_or_default()),
    }
}
