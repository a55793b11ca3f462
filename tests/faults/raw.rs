//! What no library offers without `unsafe`: a fork whose child goes on, a filter that hands every system call to a supervisor,
//! and signals. Each block with its proof.
#![allow(unsafe_code)]

use libc::{c_int, c_long, c_uint, seccomp_data, seccomp_notif, seccomp_notif_resp, sock_filter, sock_fprog};
use rustix::process::Pid;
use std::io;
use std::mem::offset_of;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Forks. None in the child, which goes on as the parent would.
pub(crate) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: a case runs in a process of one thread, so the child is a whole copy, with no lock that another thread held.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Pid::from_raw(pid)),
    }
}

/// Ends a child, without what the parent may have asked to be done at its end.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: the call takes a number and does not come back.
    unsafe { libc::_exit(code) }
}

/// Calls that cannot fail, so that nobody asks about them. Whatever `close` answers, the descriptor is closed; `brk` answers where
/// the break is, and never with an errno.
const INFALLIBLE: [c_long; 12] = [
    libc::SYS_brk,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigreturn,
    libc::SYS_close,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
];

/// From now on each system call of the calling thread, and of all that it starts, waits for an answer. The listener, by
/// its number: who is to answer takes it from outside.
pub(crate) fn ask_about_every_call() -> io::Result<c_int> {
    let line = |code: u32, k: u32, jt, jf| sock_filter { code: u16::try_from(code).unwrap_or(0), jt, jf, k };
    let number = u32::try_from(offset_of!(seccomp_data, nr)).map_err(io::Error::other)?;
    let mut filter = vec![line(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, number, 0, 0)];
    for (call, rest) in INFALLIBLE.into_iter().zip((1..=12).rev()) {
        let call = u32::try_from(call).map_err(io::Error::other)?;
        filter.push(line(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, call, rest, 0));
    }
    filter.push(line(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_USER_NOTIF, 0, 0));
    filter.push(line(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0));
    match install(&mut filter) {
        // Without privileges it must be certain that what is started gains none.
        Err(error) if error.raw_os_error() == Some(libc::EACCES) => {
            rustix::thread::set_no_new_privs(true)?;
            install(&mut filter)
        }
        installed => installed,
    }
}

fn install(filter: &mut [sock_filter]) -> io::Result<c_int> {
    let length = u16::try_from(filter.len()).map_err(io::Error::other)?;
    let program = sock_fprog { len: length, filter: filter.as_mut_ptr() };
    let (operation, flags) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // SAFETY: `program` points to `len` live instructions, which the kernel copies during the call.
    let listener = unsafe { libc::syscall(libc::SYS_seccomp, operation, flags, &raw const program) };
    c_int::try_from(listener).ok().filter(|fd| *fd >= 0).ok_or_else(io::Error::last_os_error)
}

/// Closes what nobody owns.
pub(crate) fn close(descriptor: c_int) {
    // SAFETY: the listener of [`ask_about_every_call`], which is a number and nothing else.
    unsafe { libc::close(descriptor) };
}

/// A call that is waiting.
pub(crate) fn receive(listener: &OwnedFd) -> io::Result<seccomp_notif> {
    // All zero, as the kernel wants it.
    let data = seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
    let mut question = seccomp_notif { id: 0, pid: 0, flags: 0, data };
    // SAFETY: `question` is live and of the type that this request writes to.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut question) };
    if result == 0 { Ok(question) } else { Err(io::Error::last_os_error()) }
}

/// Lets a call go on, or fail. An error: who waited was killed meanwhile.
pub(crate) fn answer(listener: &OwnedFd, id: u64, errno: Option<c_int>) -> io::Result<()> {
    let mut response = seccomp_notif_resp { id, val: 0, error: 0, flags: 0 };
    match errno {
        None => response.flags = c_uint::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).unwrap_or(0),
        Some(errno) => response.error = -errno,
    }
    // SAFETY: `response` is live and of the type that this request reads.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut response) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// What a [`mark`] says of a call of this name, whose first argument is no such thing.
pub(crate) const MARK: (c_long, u64) = (libc::SYS_getpriority, 0x4c4c);

/// Tells the supervisor where the thread is.
pub(crate) fn mark(place: c_int) {
    let (call, first) = MARK;
    // SAFETY: the call takes two numbers, and refuses the first.
    unsafe { libc::syscall(call, first, place) };
}

/// Sends a signal to one thread of a process. An error: it is gone.
pub(crate) fn signal_thread(process: Pid, thread: c_int, signal: c_int) -> io::Result<()> {
    // SAFETY: the call takes three numbers.
    let result = unsafe { libc::syscall(libc::SYS_tgkill, process.as_raw_nonzero().get(), thread, signal) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// Handles a signal; a call that it interrupts is not made again.
pub(crate) fn handle(signal: c_int, handler: Handler) {
    // SAFETY: all zero is a `sigaction` with an empty mask; the handler has the type that `SA_SIGINFO` wants, and does nothing that
    // is not safe in a handler (see below).
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO;
        libc::sigaction(signal, &raw const action, std::ptr::null_mut());
    }
}

/// How often [`come_back`] has come.
pub(crate) static SIGNALS: AtomicUsize = AtomicUsize::new(0);

/// Counts, and does nothing else. After a call that a filter has trapped the thread goes on as if the call had answered with what stands in the
/// register.
pub(crate) extern "C" fn come_back(_: c_int, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Answers for a call that a filter has trapped, as the handlers of Android do: there is no such call. On other processors it does
/// nothing, as [`come_back`].
pub(crate) extern "C" fn no_such_call(_: c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: with `SA_SIGINFO` the kernel passes the context that the thread goes on with, which is nobody else's meanwhile.
    let context = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext };
    #[cfg(target_arch = "x86_64")]
    {
        context.gregs[usize::try_from(libc::REG_RAX).unwrap_or(0)] = -i64::from(libc::ENOSYS);
    }
    #[cfg(target_arch = "aarch64")]
    {
        context.regs[0] = i64::from(-libc::ENOSYS).cast_unsigned();
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = context;
}
