//! What an attacker who runs code in a body would do. All that is unsafe in these tests is here, each block with its proof.
#![allow(unsafe_code)]

use rustix::fs::{Mode, OFlags};
use std::ffi::c_void;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// `LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR`.
const READ: u64 = 1 << 2 | 1 << 3;
const RULE_PATH_BENEATH: i32 = 1;

#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    parent: i32,
}

/// Grants reading of `/etc` to every ruleset that is open in this process. How many there were.
pub(crate) fn widen_every_ruleset() -> io::Result<usize> {
    let etc = rustix::fs::open("/etc", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let rule = PathBeneath { allowed: READ, parent: etc.as_raw_fd() };
    let added = |number: &i32| {
        // SAFETY: the rule is a live struct as the uapi header lays it down, and only read. A number that is no ruleset is
        // an error of the kernel.
        let result =
            unsafe { libc::syscall(libc::SYS_landlock_add_rule, *number, RULE_PATH_BENEATH, &raw const rule, 0_u32) };
        result == 0
    };
    Ok((0..1024).filter(added).count())
}

/// A ruleset that stays open.
pub(crate) fn open_ruleset() -> io::Result<OwnedFd> {
    let handled = [READ];
    // SAFETY: an attribute of this size has the rights on files and nothing else; the kernel only reads it.
    let ruleset =
        unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, handled.as_ptr(), size_of_val(&handled), 0_u32) };
    let ruleset = i32::try_from(ruleset).ok().filter(|ruleset| *ruleset >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(ruleset) })
}

/// Writes a number into whatever is at this address: in its own process, or nowhere.
pub(crate) fn overwrite(address: usize, number: u32) {
    let mut value = number;
    let local = libc::iovec { iov_base: (&raw mut value).cast::<c_void>(), iov_len: size_of_val(&value) };
    let remote = libc::iovec { iov_base: address as *mut c_void, iov_len: 4 };
    // SAFETY: `value` is live. The kernel checks both addresses, and answers with an error where there is nothing. In the test
    // that finds something there, it is an atomic number, kept alive by whoever passed its address.
    unsafe { libc::process_vm_writev(libc::getpid(), &raw const local, 1, &raw const remote, 1, 0) };
}

/// A real segmentation fault.
pub(crate) fn segmentation_fault() {
    // SAFETY: none. It is what a corrupted pointer does, in a process that is there for it; the page at 0 is never mapped.
    unsafe { std::ptr::null_mut::<u8>().wrapping_add(8).write_volatile(1) }
}

/// Closes every descriptor, the channel among them.
pub(crate) fn close_everything() {
    // SAFETY: whoever owned a descriptor finds it closed, which is the point.
    unsafe { libc::close_range(0, u32::MAX, 0) };
}

/// `SIGTERM` does nothing from now on.
pub(crate) fn ignore_terminations() {
    // SAFETY: to ignore a signal runs no code of ours when it comes.
    unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
}

/// Restricts the calling thread for a program that is not there to be executed in its place.
pub(crate) fn execute_in_vain(policy: &landlock_runtime::Policy) -> Result<(), landlock_runtime::Error> {
    use std::os::unix::process::CommandExt as _;
    let mut command = std::process::Command::new("/missing");
    let _ = policy.apply_to(&mut command)?;
    let _ = command.exec();
    Ok(())
}
