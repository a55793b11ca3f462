//! What system calls are called.

use libc::c_long;

macro_rules! names {
    ($($call:ident)*) => {
        const NAMES: &[(c_long, &str)] = &[$((libc::$call, stringify!($call))),*];
    };
}

names! {
    SYS_brk SYS_clone SYS_clone3 SYS_close SYS_close_range SYS_connect SYS_dup SYS_dup3 SYS_execve SYS_faccessat
    SYS_fcntl SYS_fstat SYS_futex SYS_getcwd SYS_getegid SYS_geteuid SYS_getgid SYS_getpid SYS_getppid SYS_getrandom
    SYS_getsockopt SYS_gettid SYS_getuid SYS_getxattr SYS_kill SYS_landlock_add_rule SYS_landlock_create_ruleset
    SYS_landlock_restrict_self SYS_lseek SYS_madvise SYS_mmap SYS_mprotect SYS_munmap SYS_newfstatat SYS_openat
    SYS_pidfd_open SYS_pipe2 SYS_ppoll SYS_prctl SYS_pread64 SYS_prlimit64 SYS_read SYS_readlinkat SYS_recvfrom
    SYS_recvmsg SYS_rseq SYS_rt_sigaction SYS_rt_sigprocmask SYS_sched_getaffinity SYS_sched_yield SYS_sendmsg
    SYS_sendto SYS_set_robust_list SYS_set_tid_address SYS_setsid SYS_shutdown SYS_sigaltstack SYS_socketpair
    SYS_statx SYS_tgkill SYS_uname SYS_unshare SYS_wait4 SYS_waitid SYS_write SYS_writev
}

/// Those of processors that have had them for long.
#[cfg(target_arch = "x86_64")]
const OLD: &[(c_long, &str)] = &[
    (libc::SYS_access, "access"),
    (libc::SYS_arch_prctl, "arch_prctl"),
    (libc::SYS_dup2, "dup2"),
    (libc::SYS_mkdir, "mkdir"),
    (libc::SYS_open, "open"),
    (libc::SYS_poll, "poll"),
    (libc::SYS_readlink, "readlink"),
    (libc::SYS_stat, "stat"),
    (libc::SYS_vfork, "vfork"),
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[(c_long, &str)] = &[];

/// The name of a system call, or its number.
pub(crate) fn name(call: c_long) -> String {
    let named = NAMES.iter().chain(OLD).find(|(number, _)| *number == call);
    named.map_or_else(|| format!("call {call}"), |(_, name)| name.trim_start_matches("SYS_").to_owned())
}
