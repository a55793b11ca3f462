//! The system calls, raw, and nothing else. Every `unsafe` block that has to do with the kernel is here, with its proof.
#![allow(unsafe_code)]

use super::abi::Masks;
use crate::policy::Log;
use libc::{c_int, c_long, c_uint, c_ulong};
use std::ffi::CStr;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// `landlock_create_ruleset`: answer the ABI instead of making a ruleset.
const CREATE_RULESET_VERSION: c_uint = 1 << 0;
/// `landlock_add_rule`: denials on this object may be left out of the audit log (ABI 10).
const ADD_RULE_QUIET: c_uint = 1 << 0;
const RESTRICT_SELF_LOG_SAME_EXEC_OFF: c_uint = 1 << 0;
const RESTRICT_SELF_LOG_NEW_EXEC_ON: c_uint = 1 << 1;
const RESTRICT_SELF_LOG_SUBDOMAINS_OFF: c_uint = 1 << 2;
/// `landlock_restrict_self`: all threads of the process (ABI 8).
const RESTRICT_SELF_TSYNC: c_uint = 1 << 3;
const RULE_PATH_BENEATH: c_int = 1;
const RULE_NET_PORT: c_int = 2;

/// `struct landlock_ruleset_attr`; older kernels take what they do not know as long as it is zero.
#[repr(C)]
pub(super) struct RulesetAttr {
    pub(super) handled_access_fs: u64,
    pub(super) handled_access_net: u64,
    pub(super) scoped: u64,
    pub(super) quiet_access_fs: u64,
    pub(super) quiet_access_net: u64,
    pub(super) quiet_scoped: u64,
}

impl RulesetAttr {
    /// To restrict these rights, with every denial in the audit log.
    pub(super) fn handling(rights: Masks) -> RulesetAttr {
        RulesetAttr {
            handled_access_fs: rights.fs,
            handled_access_net: rights.net,
            scoped: rights.scoped,
            quiet_access_fs: 0,
            quiet_access_net: 0,
            quiet_scoped: 0,
        }
    }
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

/// The ABI of the running kernel.
pub(super) fn abi() -> io::Result<u32> {
    // SAFETY: with the version flag the kernel takes a null attribute of size 0, and writes nowhere.
    let abi = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<RulesetAttr>(),
            0_usize,
            CREATE_RULESET_VERSION,
        )
    };
    match u32::try_from(abi) {
        // A filter trapped the call, and the number of the call is what a handler of `SIGSYS` left for an answer.
        Ok(_) if abi == libc::SYS_landlock_create_ruleset => Err(refused()),
        Ok(abi) => Ok(abi),
        Err(_) => Err(io::Error::last_os_error()),
    }
}

/// A new ruleset. Its descriptor is closed on exec.
pub(super) fn create_ruleset(attr: &RulesetAttr) -> io::Result<OwnedFd> {
    // SAFETY: `attr` is a live reference to a `repr(C)` struct without padding, of the size given; the kernel only reads it.
    let fd = check(unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::from_ref(attr),
            size_of::<RulesetAttr>(),
            0 as c_uint,
        )
    })?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// What a rule allows on its object; and whether denials there are left out of the audit log (ABI 10).
#[derive(Clone, Copy)]
pub(super) enum Access {
    Allow(u64),
    Quiet,
}

impl Access {
    fn split(self) -> (u64, c_uint) {
        match self {
            Access::Allow(access) => (access, 0),
            Access::Quiet => (0, ADD_RULE_QUIET),
        }
    }
}

/// A rule about the file, or all beneath the directory, that `parent` is open on.
pub(super) fn add_path_rule(ruleset: BorrowedFd<'_>, parent: BorrowedFd<'_>, access: Access) -> io::Result<()> {
    let (allowed_access, flags) = access.split();
    add_rule(ruleset, RULE_PATH_BENEATH, &PathBeneathAttr { allowed_access, parent_fd: parent.as_raw_fd() }, flags)
}

/// A rule about a port.
pub(super) fn add_port_rule(ruleset: BorrowedFd<'_>, port: u16, access: Access) -> io::Result<()> {
    let (allowed_access, flags) = access.split();
    add_rule(ruleset, RULE_NET_PORT, &NetPortAttr { allowed_access, port: port.into() }, flags)
}

fn add_rule<A>(ruleset: BorrowedFd<'_>, rule: c_int, attr: &A, flags: c_uint) -> io::Result<()> {
    // SAFETY: `attr` is a live reference to the struct that the uapi header lays down for `rule` (the two callers above);
    // the kernel only reads it. Both descriptors are borrowed for the call.
    check_zero(unsafe {
        libc::syscall(libc::SYS_landlock_add_rule, ruleset.as_raw_fd(), rule, std::ptr::from_ref(attr), flags)
    })
}

/// What `landlock_restrict_self` does besides.
#[derive(Clone, Copy)]
pub(super) struct RestrictFlags {
    pub(super) all_threads: bool,
    pub(super) log: Log,
}

impl RestrictFlags {
    /// As the kernel takes them. Those of an older ABI, all else being as it is there, are 0.
    pub(super) fn bits(self) -> c_uint {
        let flag = |set: bool, flag: c_uint| if set { flag } else { 0 };
        flag(self.all_threads, RESTRICT_SELF_TSYNC)
            | flag(!self.log.same_exec, RESTRICT_SELF_LOG_SAME_EXEC_OFF)
            | flag(self.log.new_exec, RESTRICT_SELF_LOG_NEW_EXEC_ON)
            | flag(!self.log.subdomains, RESTRICT_SELF_LOG_SUBDOMAINS_OFF)
    }
}

/// Restricts the calling thread, or all threads of the process (ABI 8), for good.
pub(super) fn restrict_self(ruleset: BorrowedFd<'_>, flags: RestrictFlags) -> io::Result<()> {
    restrict(ruleset, flags.bits())
}

/// Puts a layer on the calling thread, logged as usual. Makes one system call, and allocates nothing.
pub(super) fn add_layer(ruleset: BorrowedFd<'_>) -> io::Result<()> {
    restrict(ruleset, 0)
}

fn restrict(ruleset: BorrowedFd<'_>, flags: c_uint) -> io::Result<()> {
    // SAFETY: no pointer is passed; the descriptor is borrowed for the call.
    check_zero(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), flags) })
}

/// Gives up gaining privileges by `execve`, for the calling thread and all that it starts.
pub(crate) fn set_no_new_privs() -> io::Result<()> {
    const UNUSED: c_ulong = 0;
    const SET: c_ulong = 1;
    // SAFETY: no pointer is passed; the call is variadic, and the kernel reads its arguments as `unsigned long`, as here.
    let result = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, SET, UNUSED, UNUSED, UNUSED) };
    check_zero(result.into())
}

/// Whether the calling thread has given that up: no layer could be put on it without, but by `CAP_SYS_ADMIN`.
pub(crate) fn no_new_privs() -> io::Result<bool> {
    const UNUSED: c_ulong = 0;
    // SAFETY: no pointer is passed; the call is variadic, and the kernel reads its arguments as `unsigned long`, as here.
    let result = unsafe { libc::prctl(libc::PR_GET_NO_NEW_PRIVS, UNUSED, UNUSED, UNUSED, UNUSED) };
    check(result.into()).map(|set| set != 0)
}

/// Signals that wait until this is dropped.
pub(super) struct Blocked {
    before: libc::sigset_t,
    /// For the thread that it was made on.
    _here: PhantomData<*const ()>,
}

/// Lets all signals to the calling thread wait.
pub(super) fn block_signals() -> Blocked {
    // SAFETY: a set of signals is plain memory, of which each pattern is one. The calls fill in the sets that are handed to
    // them, which live here, and read no other; they fail for arguments only, which are right.
    unsafe {
        let (mut all, mut before) = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        Blocked { before, _here: PhantomData }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: the set is one that the same call has filled in, on this thread: neither type is `Send`.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}

/// Lets every child of a command restrict itself, after `fork` and right before `exec`.
///
/// `is_on` is told whether that kept privileges. It must do no more than what may happen in a child before `exec`. With
/// `CommandExt::exec` there is no child, and this process goes on with the layer if the program cannot be executed.
///
/// The ruleset stays open as long as the command lives, in the parent; the child's program does not get it (close-on-exec).
pub(super) fn restrict_before_exec(
    command: &mut Command,
    gives_up_privileges: bool,
    ruleset: Option<(OwnedFd, RestrictFlags)>,
    is_on: fn(bool),
) {
    let restrict = move || {
        if gives_up_privileges {
            set_no_new_privs()?;
        }
        let Some((ruleset, flags)) = &ruleset else { return Ok(()) };
        restrict_self(ruleset.as_fd(), *flags)?;
        is_on(!gives_up_privileges);
        Ok(())
    };
    // SAFETY: the child may be a copy of a process with threads, so only what is safe in a signal handler may happen in it.
    // The closure makes at most two system calls, with values that were made before, and adds to a counter: it neither allocates
    // nor locks. An error is the plain errno. The ruleset is borrowed, so nothing is dropped in the child.
    unsafe { command.pre_exec(restrict) };
}

/// Opens a path only to name it in a rule: nothing is read, no permission on the file itself is needed, FIFOs do not block.
/// `flags` may add `O_NOFOLLOW` and `O_DIRECTORY`.
pub(super) fn open_path(path: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    open(path, libc::O_PATH | flags, 0)
}

/// The same, of a name in a directory.
pub(super) fn open_path_at(directory: BorrowedFd<'_>, name: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    let flags = libc::O_PATH | libc::O_CLOEXEC | flags;
    // SAFETY: `name` is a live NUL-terminated string, and the directory is borrowed for the call; without `O_CREAT` there is
    // no fourth argument.
    let fd = check(unsafe { libc::openat(directory.as_raw_fd(), name.as_ptr(), flags) }.into())?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The text of a link that is itself open.
pub(super) fn read_link(link: BorrowedFd<'_>) -> io::Result<Vec<u8>> {
    let mut text = vec![0_u8; libc::PATH_MAX as usize];
    // SAFETY: the empty name is a live NUL-terminated string, by which the kernel takes the link itself; it writes no more
    // than `text.len()` bytes, all of which are there.
    let length = unsafe { libc::readlinkat(link.as_raw_fd(), c"".as_ptr(), text.as_mut_ptr().cast(), text.len()) };
    text.truncate(usize::try_from(length).map_err(|_| last_error())?);
    Ok(text)
}

/// On which mount a descriptor is open, and whether it is open on what is mounted there; none where the kernel cannot tell.
pub(super) fn mount_of(open: BorrowedFd<'_>) -> Option<(u64, bool)> {
    let mut about = MaybeUninit::<libc::statx>::zeroed();
    let (flags, mask) = (libc::AT_EMPTY_PATH | libc::AT_NO_AUTOMOUNT, libc::STATX_MNT_ID);
    // SAFETY: the empty name is a live NUL-terminated string, and `about` has room for what the kernel writes, which is one
    // `struct statx`.
    let result =
        unsafe { libc::syscall(libc::SYS_statx, open.as_raw_fd(), c"".as_ptr(), flags, mask, about.as_mut_ptr()) };
    // SAFETY: it is made of integers, and was zeroed.
    let about = unsafe { about.assume_init() };
    let is_told = result == 0 && about.stx_mask & libc::STATX_MNT_ID != 0;
    #[allow(clippy::cast_sign_loss, reason = "a flag")]
    is_told.then_some((about.stx_mnt_id, about.stx_attributes & libc::STATX_ATTR_MOUNT_ROOT as u64 != 0))
}

/// Makes an empty file for this user alone, where nothing is.
pub(super) fn create_file(path: &CStr) -> io::Result<OwnedFd> {
    open(path, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL | libc::O_NOFOLLOW, 0o600)
}

fn open(path: &CStr, flags: c_int, mode: c_uint) -> io::Result<OwnedFd> {
    // SAFETY: `path` is a live NUL-terminated string; the mode is the third argument that `open` takes with `O_CREAT`.
    let fd = check(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) }.into())?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Makes a directory for this user alone, where nothing is.
pub(super) fn create_dir(path: &CStr) -> io::Result<()> {
    // SAFETY: `path` is a live NUL-terminated string.
    check(unsafe { libc::mkdir(path.as_ptr(), 0o700) }.into()).map(drop)
}

/// Whether the kernel started this program with more rights than its caller has: set-user-id and the like.
pub(super) fn is_privileged_start() -> bool {
    // SAFETY: the call reads what the kernel gave the process at its start, and cannot fail.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

/// Whether the calling thread is the only one: the kernel refuses this to all others.
pub(super) fn is_single_threaded() -> io::Result<bool> {
    // SAFETY: no pointer is passed. `CLONE_THREAD` asks for nothing but the check: alone it changes nothing.
    match check_zero(unsafe { libc::unshare(libc::CLONE_THREAD) }.into()) {
        Ok(()) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The file system of the kernel's own answers about processes.
pub(super) const PROC: u32 = 0x9fa0;
/// File systems that a program in user space makes up.
pub(super) const FUSE: u32 = 0x6573_5546;

/// The kind of the file system on which something is open.
pub(super) fn file_system(file: BorrowedFd<'_>) -> io::Result<u32> {
    let mut about = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the kernel fills in the struct that the pointer leads to; the descriptor is borrowed for the call.
    check_zero(unsafe { libc::fstatfs(file.as_raw_fd(), about.as_mut_ptr()) }.into())?;
    // SAFETY: the call succeeded, so the struct is filled in.
    let kind = unsafe { about.assume_init() }.f_type;
    // 32 bits, in an integer that differs from one architecture and C library to the other.
    Ok(u32::try_from(i128::from(kind) & i128::from(u32::MAX)).unwrap_or(0))
}

/// The id of the calling thread.
pub(super) fn thread_id() -> i32 {
    // SAFETY: the call takes no argument and cannot fail.
    unsafe { libc::gettid() }
}

fn check(result: c_long) -> io::Result<c_int> {
    match c_int::try_from(result) {
        Ok(result) if result >= 0 => Ok(result),
        _ => Err(last_error()),
    }
}

/// For calls whose one success is 0. Anything above did not come from the kernel: a filter trapped the call, and a handler of
/// `SIGSYS` came back with the register as it was. To take that for success would be to run without a sandbox.
fn check_zero(result: c_long) -> io::Result<()> {
    match check(result)? {
        0 => Ok(()),
        _ => Err(refused()),
    }
}

/// Cold, so that what goes well stays together.
#[cold]
fn last_error() -> io::Error {
    io::Error::last_os_error()
}

/// A call that was not made. Made without memory, for it may be in a child before `exec`.
#[cold]
fn refused() -> io::Error {
    io::Error::from_raw_os_error(libc::EPERM)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that another thread starts meanwhile gets none of them.
    #[test]
    fn what_is_opened_is_closed_on_exec() {
        let ruleset = RulesetAttr::handling(Masks { fs: 1, net: 0, scoped: 0 });
        let opened =
            [open_path(c"/", 0).ok(), open_path(c"/proc/self", libc::O_NOFOLLOW).ok(), create_ruleset(&ruleset).ok()];
        for descriptor in opened.iter().flatten() {
            let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", descriptor.as_raw_fd()));
            let about = about.expect("/proc is there");
            let flags = about.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags are told").trim();
            let flags = c_int::from_str_radix(flags, 8).expect("they are octal");
            assert_ne!(flags & libc::O_CLOEXEC, 0, "{about}");
        }
        assert!(opened[0].is_some(), "/ can be opened");
    }
}
