//! Landlock by its system calls: the probe, the ruleset, three calls for each path, one for each port, and two to restrict.
//! Nothing that does the same can be faster.
#![allow(unsafe_code)]

use libc::{c_long, c_uint, c_ulong};
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The bits of `linux/landlock.h`.
pub mod access {
    /// Executing a file.
    pub const EXECUTE: u64 = 1;
    /// Opening a file to write it.
    pub const WRITE_FILE: u64 = 1 << 1;
    /// Opening a file to read it.
    pub const READ_FILE: u64 = 1 << 2;
    /// What `read` grants: `read_file`, `read_dir`.
    pub const READ: u64 = READ_FILE | 1 << 3;
    /// What `write` grants: `write_file`, `remove_dir`, `remove_file`, `make_dir`, `make_reg`, `make_sock`, `make_fifo`,
    /// `make_sym`, `refer`, `truncate`.
    pub const WRITE: u64 = WRITE_FILE | 0b11 << 4 | 0b1111 << 7 | 0b111 << 12;
    /// Binding a TCP socket.
    pub const BIND_TCP: u64 = 1;
    /// Connecting a TCP socket.
    pub const CONNECT_TCP: u64 = 1 << 1;
}

const RULE_PATH_BENEATH: c_uint = 1;
const RULE_NET_PORT: c_uint = 2;
const VERSION: c_uint = 1;

#[repr(C)]
struct RulesetAttr {
    handled_access_fs: u64,
    handled_access_net: u64,
    scoped: u64,
}

#[repr(C, packed)]
struct PathBeneathAttr {
    allowed_access: u64,
    parent_fd: i32,
}

#[repr(C)]
struct NetPortAttr {
    allowed_access: u64,
    port: u64,
}

/// All that an ABI can restrict, up to 10.
fn handled(abi: c_long) -> RulesetAttr {
    let fs = match abi {
        1 => 13,
        2 => 14,
        3 | 4 => 15,
        5..=8 => 16,
        _ => 17,
    };
    let net = match abi {
        ..4 => 0,
        4..10 => 2,
        _ => 4,
    };
    let scopes = if abi < 6 { 0 } else { 2 };
    let bits = |count: u32| (1 << count) - 1;
    RulesetAttr { handled_access_fs: bits(fs), handled_access_net: bits(net), scoped: bits(scopes) }
}

/// The ABI of the kernel.
#[must_use]
pub fn abi() -> c_long {
    // SAFETY: with the version flag the kernel takes a null attribute of size 0.
    checked(unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<RulesetAttr>(), 0_usize, VERSION)
    })
}

/// A ruleset that restricts all that the kernel can, and grants this on these paths and ports.
#[must_use]
pub fn ruleset<'p>(paths: impl IntoIterator<Item = (&'p CStr, u64)>, ports: &[(u16, u64)]) -> OwnedFd {
    let handled = handled(abi());
    // SAFETY: the pointer is that of a live struct of this size, which the kernel reads.
    let ruleset = checked(unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, &raw const handled, size_of::<RulesetAttr>(), 0 as c_uint)
    });
    let ruleset = owned(ruleset);
    for (path, access) in paths {
        // SAFETY: the path is a live string with its NUL.
        let parent = checked(unsafe { libc::open(path.as_ptr(), libc::O_PATH | libc::O_CLOEXEC) }.into());
        let parent = owned(parent);
        let allowed_access = access & handled.handled_access_fs;
        add_rule(&ruleset, RULE_PATH_BENEATH, &PathBeneathAttr { allowed_access, parent_fd: parent.as_raw_fd() });
    }
    for &(port, access) in ports {
        let allowed_access = access & handled.handled_access_net;
        add_rule(&ruleset, RULE_NET_PORT, &NetPortAttr { allowed_access, port: port.into() });
    }
    ruleset
}

fn add_rule<A>(ruleset: &OwnedFd, kind: c_uint, rule: &A) {
    // SAFETY: the pointer is that of a live struct, of the kind that the callers name, which the kernel reads.
    checked(unsafe {
        libc::syscall(libc::SYS_landlock_add_rule, ruleset.as_raw_fd(), kind, std::ptr::from_ref(rule), 0 as c_uint)
    });
}

/// Restricts the calling thread, and what it starts; the caller closes the ruleset.
pub fn restrict(ruleset: &OwnedFd) {
    const UNUSED: c_ulong = 0;
    const SET: c_ulong = 1;
    // SAFETY: neither call takes a pointer.
    unsafe {
        checked(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, SET, UNUSED, UNUSED, UNUSED).into());
        checked(libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0 as c_uint));
    }
}

/// Restricts the calling thread to reading these paths.
pub fn read_only<'p>(paths: impl IntoIterator<Item = &'p CStr>) {
    restrict(&ruleset(paths.into_iter().map(|path| (path, access::READ)), &[]));
}

/// Restricts the calling thread to the plan policy.
pub fn plan() {
    restrict(&plan_ruleset());
}

/// The plan policy, built.
#[must_use]
pub fn plan_ruleset() -> OwnedFd {
    ruleset(crate::plan::PATHS, &crate::plan::PORTS)
}

/// Lets the command fork, as anything does that is to happen in the child.
pub fn empty_pre_exec(command: &mut Command) -> &mut Command {
    // SAFETY: the closure does nothing, which is safe after a fork.
    unsafe { command.pre_exec(|| Ok(())) }
}

fn owned(fd: c_long) -> OwnedFd {
    // SAFETY: the callers have it from a call that succeeded, so nobody else owns it.
    unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).expect("a descriptor is an int")) }
}

#[track_caller]
fn checked(result: c_long) -> c_long {
    assert!(result >= 0, "{}", io::Error::last_os_error());
    result
}
