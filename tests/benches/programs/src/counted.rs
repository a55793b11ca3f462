//! Marks for whoever traces a program: system calls that nothing else makes. One says that the sandbox begins, one that
//! memory was allocated.
#![allow(unsafe_code)]

use libc::c_long;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The call that says: here it begins.
pub const BEGIN: c_long = libc::SYS_getuid;
/// The call that says: an allocation, or one that was made larger.
pub const ALLOCATION: c_long = libc::SYS_getppid;

/// The system's allocator, which says so when it is [`TELLS`], and counts the bytes in use.
pub struct Allocator;

/// The bytes in use.
pub static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// Whether allocations are marked.
pub static TELLS: AtomicBool = AtomicBool::new(false);

/// Marks the beginning.
pub fn begin() {
    mark(BEGIN);
}

fn mark(call: c_long) {
    // SAFETY: both calls take no argument, change nothing and cannot fail.
    unsafe { libc::syscall(call) };
}

fn tell(bytes: usize) {
    IN_USE.fetch_add(bytes, Ordering::Relaxed);
    if TELLS.load(Ordering::Relaxed) {
        mark(ALLOCATION);
    }
}

// SAFETY: every call is passed on as it is to the system's allocator; what comes before it neither allocates nor panics.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        tell(layout.size());
        // SAFETY: what the caller promises is what is asked here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        tell(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        tell(size);
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}
