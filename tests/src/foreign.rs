//! A layer that the library did not put on: that of a launcher, or of other code in the program.
#![allow(unsafe_code)]

use rustix::thread::set_no_new_privs;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// `LANDLOCK_ACCESS_FS_MAKE_CHAR`, which no test needs.
const MAKE_CHAR: u64 = 1 << 6;

/// Puts a layer on the calling thread that denies making character devices, by the system calls themselves.
///
/// # Errors
///
/// Where there is no Landlock, or no room for another layer.
pub fn restrict_without_the_library() -> io::Result<()> {
    set_no_new_privs(true)?;
    // SAFETY: the kernel reads the first field of its attribute, of the size that is given, which is a live integer.
    let ruleset = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::from_ref(&MAKE_CHAR), size_of::<u64>(), 0)
    };
    let ruleset = i32::try_from(ruleset).ok().filter(|fd| *fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    let ruleset = unsafe { OwnedFd::from_raw_fd(ruleset) };
    // SAFETY: no pointer is passed.
    match unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
