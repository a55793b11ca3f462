//! System calls of a thread that wait for the answer of another thread. All that is unsafe about emulation is here, each
//! block with its proof.
#![allow(unsafe_code)]

use super::older::Answer;
use libc::{c_int, c_long, c_uint, iovec, seccomp_data, seccomp_notif, seccomp_notif_resp, sock_filter, sock_fprog};
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
use std::{io, mem, ptr};

/// Hears of each call, and answers it.
pub(super) struct Listener(OwnedFd);

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Puts a filter on the calling thread, for good, which stops each system call of Landlock until the listener answers.
pub(super) fn listen() -> io::Result<Listener> {
    const CALLS: [c_long; 3] =
        [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
    let line = |code: u32, k: u32, jt, jf| sock_filter { code: u16::try_from(code).unwrap_or(0), jt, jf, k };
    let number = u32::try_from(mem::offset_of!(seccomp_data, nr)).map_err(io::Error::other)?;
    let mut filter = vec![line(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, number, 0, 0)];
    for (call, notify) in CALLS.into_iter().zip([3, 2, 1]) {
        let call = u32::try_from(call).map_err(io::Error::other)?;
        filter.push(line(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, call, notify, 0));
    }
    filter.push(line(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0));
    filter.push(line(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_USER_NOTIF, 0, 0));
    let length = u16::try_from(filter.len()).map_err(io::Error::other)?;
    let program = sock_fprog { len: length, filter: filter.as_mut_ptr() };
    let (operation, flags) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // SAFETY: `program` points to `len` live instructions, which the kernel copies during the call.
    let listener = unsafe { libc::syscall(libc::SYS_seccomp, operation, flags, &raw const program) };
    let listener = c_int::try_from(listener).ok().filter(|fd| *fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(Listener(unsafe { OwnedFd::from_raw_fd(listener) }))
}

impl Listener {
    /// The next call.
    pub(super) fn receive(&self) -> io::Result<seccomp_notif> {
        uninterrupted(|| {
            // All zero, as the kernel wants it.
            let data = seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
            let mut question = seccomp_notif { id: 0, pid: 0, flags: 0, data };
            // SAFETY: `question` is live and of the type that this request writes to.
            check(unsafe { libc::ioctl(self.0.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut question) })?;
            Ok(question)
        })
    }

    /// The answer to a call.
    pub(super) fn send(&self, id: u64, answer: &Answer) -> io::Result<()> {
        let mut response = seccomp_notif_resp { id, val: 0, error: 0, flags: 0 };
        match answer {
            Answer::GoOn => response.flags = c_uint::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).unwrap_or(0),
            Answer::Errno(errno) => response.error = -errno,
            Answer::Abi(abi) => response.val = i64::from(*abi),
        }
        uninterrupted(|| {
            // SAFETY: `response` is live and of the type that this request reads.
            check(unsafe { libc::ioctl(self.0.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut response) })
        })
    }
}

/// Reads the memory of a thread, of this process or another, that waits for an answer. Not by `/proc`, which a sandbox around
/// this process may deny.
pub(super) fn read(thread: u32, address: u64, bytes: &mut [u8]) -> io::Result<()> {
    let thread = libc::pid_t::try_from(thread).map_err(io::Error::other)?;
    let address = usize::try_from(address).map_err(io::Error::other)?;
    let here = iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let there = iovec { iov_base: ptr::without_provenance_mut(address), iov_len: bytes.len() };
    // SAFETY: `here` is about live bytes that are borrowed to be written to, and nothing else is written. `there` is no pointer
    // of this process: the kernel looks the address up in the memory of `thread`, and fails where there is nothing.
    let read = unsafe { libc::process_vm_readv(thread, &raw const here, 1, &raw const there, 1, 0) };
    match usize::try_from(read) {
        Ok(read) if read == bytes.len() => Ok(()),
        Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(_) => Err(io::Error::last_os_error()),
    }
}

/// Who is not answered waits for ever.
fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn check(result: c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
