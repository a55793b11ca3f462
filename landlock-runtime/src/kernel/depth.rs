//! How many Landlock layers the calling thread holds, whoever put them on. Linux tells nobody, but it refuses a 17th: a child
//! process adds layers until it is refused, and those that were left make the answer.
#![allow(unsafe_code)]

use super::abi::Masks;
use super::sys;
use libc::{c_int, c_void};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};

/// The layers that a thread may hold.
const MOST: usize = 16;

/// The stack of the child, which makes one system call after the other.
const STACK: usize = 64 << 10;

/// The number of layers.
///
/// From 60 µs on, and milliseconds where the thread holds rulesets of thousands of paths: each layer copies them.
/// The thread must have given up gaining privileges, else adding a layer takes `CAP_SYS_ADMIN`.
///
/// # Errors
///
/// The child cannot be started, or is refused or killed before a layer is one too many.
#[inline]
pub(crate) fn depth() -> io::Result<usize> {
    // A right that every ABI knows; `refer` does not exist at ABI 1.
    let execute = Masks { fs: 1, net: 0, scoped: 0 };
    let ruleset = sys::create_ruleset(&sys::RulesetAttr::handling(execute))?;
    // What is left of it if the child is killed.
    let mut count = Count { ruleset: ruleset.as_fd(), added: 0, stopped_by: libc::EPERM };
    in_child(&mut count)?;
    match count.stopped_by {
        libc::E2BIG => Ok(MOST.saturating_sub(count.added)),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

struct Count<'r> {
    ruleset: BorrowedFd<'r>,
    added: usize,
    stopped_by: c_int,
}

impl Count<'_> {
    fn add_layers(&mut self) {
        while self.added <= MOST {
            if let Err(error) = sys::add_layer(self.ruleset) {
                self.stopped_by = error.raw_os_error().unwrap_or(libc::EPERM);
                break;
            }
            self.added += 1;
        }
    }
}

/// Counts in a child that shares the memory.
///
/// The child is no thread of this process, so a filter that kills for the call ends the child alone, and nobody who counts
/// threads counts it. It sends no signal when it ends, so nobody who waits for children gets it.
fn in_child(count: &mut Count<'_>) -> io::Result<()> {
    const FLAGS: c_int = libc::CLONE_VM | libc::CLONE_VFORK;
    extern "C" fn run(count: *mut c_void) -> c_int {
        // SAFETY: `count` is the exclusive reference that `in_child` holds, and does not use while this runs.
        unsafe { &mut *count.cast::<Count<'_>>() }.add_layers();
        0
    }
    let mut stack = vec![0_u128; STACK / size_of::<u128>()];
    let top = stack.as_mut_ptr_range().end;
    let blocked = sys::block_signals();
    // SAFETY: with `CLONE_VFORK` this thread stands still until the child has ended, so nothing is used from two sides: not
    // `count`, not the stack (which grows down from its aligned end, and is far larger than what the child needs), not
    // the thread-local storage, which the child shares. No handler of a signal runs in the child: all signals are blocked,
    // and what it blocks it inherits. The child makes system calls only; it neither allocates nor unwinds nor locks.
    let child = unsafe { libc::clone(run, top.cast(), FLAGS, std::ptr::from_mut(count).cast()) };
    let started = if child > 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    if started.is_ok() {
        // It has ended, and said what it has to say: this only clears it away.
        // SAFETY: no status is asked for. The child is this thread's own.
        unsafe { libc::waitpid(child, std::ptr::null_mut(), libc::__WCLONE) };
    }
    drop(blocked);
    started
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// Counts on a fresh thread that holds so many layers more.
    fn after(layers: usize) -> io::Result<usize> {
        let counted = thread::spawn(move || {
            sys::set_no_new_privs().expect("it is allowed");
            let execute = Masks { fs: 1, net: 0, scoped: 0 };
            let ruleset = sys::create_ruleset(&sys::RulesetAttr::handling(execute))?;
            (0..layers).try_for_each(|_| sys::add_layer(ruleset.as_fd())).expect("there is room");
            let depth = depth()?;
            assert_eq!(depth, super::depth()?, "the child adds none to its parent");
            Ok(depth)
        });
        counted.join().expect("no panic")
    }

    #[test]
    fn every_depth_is_told() {
        // Without Landlock there is nothing to count.
        if let Ok(base) = after(0) {
            for layers in 1..=MOST - base {
                assert_eq!(after(layers).expect("it can be asked"), base + layers);
            }
        }
    }
}
