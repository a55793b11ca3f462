//! The calls of a child's start that nobody offers without `unsafe`, each with its proof.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};

/// Closes what came from the parent beside standard input, output and error: all but this one descriptor.
pub(super) fn close_all_but(kept: BorrowedFd<'_>) -> io::Result<()> {
    let kept = kept.as_raw_fd().unsigned_abs();
    let close = |first: u32, last: u32| {
        // SAFETY: before `main` this program has opened nothing yet: what is open was inherited, and nobody owns it.
        let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    };
    if kept > 3 {
        close(3, kept - 1)?;
    }
    close(kept + 1, u32::MAX)
}

/// As `std` does before `main`: writing to a pipe that nobody reads is an error, and not the end.
pub(super) fn ignore_broken_pipes() {
    // SAFETY: to ignore a signal runs no code of ours when it comes.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
}

/// Ends the process, without what the program may have asked to be done at its end: its `main` never ran.
pub(super) fn exit_now(code: i32) -> ! {
    // SAFETY: the call takes a number and does not come back.
    unsafe { libc::_exit(code) }
}
