//! Makes the kernel look older to a thread and to all that it starts from then on: a seccomp filter hands the three system
//! calls of Landlock to a thread that stays free. What the older kernel would refuse fails with its errno, the ABI is
//! the older one, and the rest goes on to the real kernel, which then does what the older one did.
//!
//! For tests. It is no boundary: who is emulated for can change its memory between the look and the call.
#![allow(unsafe_code)]

use libc::{c_int, c_long, c_uint, seccomp_data, seccomp_notif, seccomp_notif_resp, sock_filter, sock_fprog};
use rustix::event::{PollFd, PollFlags, poll};
use std::fs::File;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::fs::FileExt as _;
use std::sync::mpsc::channel;
use std::{io, mem, thread};

/// The first argument of a process that starts another under emulation; the ABI and that program follow.
pub(crate) const FLAG: &str = "--emulate";

/// What a kernel of one ABI takes.
struct Known {
    abi: u32,
    access_fs: u64,
    access_net: u64,
    scoped: u64,
    /// Of `struct landlock_ruleset_attr`.
    size: usize,
    add_rule_flags: u32,
    restrict_self_flags: u32,
}

impl Known {
    fn of(abi: u32) -> Known {
        // By the number of bits of the newest step that is not above this ABI.
        let bits = |steps: &[(u32, u32)]| {
            let (_, bits) = steps.iter().rev().find(|(since, _)| *since <= abi).unwrap_or(&(0, 0));
            (1 << bits) - 1
        };
        let sizes = [(1, 8), (4, 16), (6, 24), (10, 48)];
        let (_, size) = sizes.iter().rev().find(|(since, _)| *since <= abi).unwrap_or(&sizes[0]);
        Known {
            abi,
            access_fs: bits(&[(1, 13), (2, 14), (3, 15), (5, 16), (9, 17)]),
            access_net: bits(&[(4, 2), (10, 4)]),
            scoped: bits(&[(6, 2)]),
            size: *size,
            add_rule_flags: u32::from(abi >= 10),
            restrict_self_flags: u32::try_from(bits(&[(7, 3), (8, 4), (11, 5)])).unwrap_or(0),
        }
    }

    /// What the older kernel makes of a call. `read` reads the memory of the caller.
    fn judge(&self, call: &seccomp_data, read: impl FnOnce(u64, &mut [u8]) -> io::Result<()>) -> Answer {
        let [first, second, third, fourth, ..] = call.args;
        let refused = match c_long::from(call.nr) {
            libc::SYS_landlock_create_ruleset if low(third) != 0 => return self.query(first, second, low(third)),
            libc::SYS_landlock_create_ruleset => self.refuses_ruleset(first, second, read),
            libc::SYS_landlock_add_rule => {
                const NET_PORT: u32 = 2;
                let unknown_type = low(second) == NET_PORT && self.access_net == 0;
                (unknown_type || low(fourth) & !self.add_rule_flags != 0).then_some(libc::EINVAL)
            }
            _ => (low(second) & !self.restrict_self_flags != 0).then_some(libc::EINVAL),
        };
        refused.map_or(Answer::GoOn, Answer::Errno)
    }

    /// `landlock_create_ruleset` with flags asks for the ABI, or for what was mended.
    fn query(&self, attr: u64, size: u64, flags: u32) -> Answer {
        const VERSION: u32 = 1 << 0;
        const ERRATA: u32 = 1 << 1;
        match flags {
            _ if attr != 0 || size != 0 => Answer::Errno(libc::EINVAL),
            VERSION => Answer::Abi(self.abi),
            ERRATA if self.abi >= 7 => Answer::GoOn,
            _ => Answer::Errno(libc::EINVAL),
        }
    }

    fn refuses_ruleset(
        &self,
        attr: u64,
        size: u64,
        read: impl FnOnce(u64, &mut [u8]) -> io::Result<()>,
    ) -> Option<c_int> {
        const PAGE: u64 = 4096;
        let mut bytes = match size {
            _ if attr == 0 => return Some(libc::EFAULT),
            ..8 => return Some(libc::EINVAL),
            8..=PAGE => vec![0; usize::try_from(size).ok()?],
            _ => return Some(libc::E2BIG),
        };
        if read(attr, &mut bytes).is_err() {
            return Some(libc::EFAULT);
        }
        if bytes.iter().skip(self.size).any(|byte| *byte != 0) {
            return Some(libc::E2BIG);
        }
        let mut words =
            bytes.chunks(8).map(|word| word.iter().rev().fold(0_u64, |all, byte| all << 8 | u64::from(*byte)));
        let unknown = [self.access_fs, self.access_net, self.scoped].map(|known| words.next().unwrap_or(0) & !known);
        (unknown != [0; 3]).then_some(libc::EINVAL)
    }
}

/// The lower half of a register: what the kernel reads of an `int` argument.
fn low(register: u64) -> u32 {
    u32::try_from(register & u64::from(u32::MAX)).unwrap_or(0)
}

#[derive(Debug, PartialEq)]
enum Answer {
    GoOn,
    Errno(c_int),
    Abi(u32),
}

/// From now on the calling thread, and what it starts, see a kernel of this ABI, which must not be above the real one.
pub(crate) fn abi(abi: u32) -> io::Result<()> {
    let (sender, receiver) = channel();
    // Before the filter, which it does not inherit.
    let serve = move || receiver.recv().map_or(Ok(()), |listener| serve(&listener, &Known::of(abi)));
    thread::Builder::new().name(format!("landlock-abi-{abi}")).spawn(serve)?;
    sender.send(listen()?).map_err(io::Error::other)
}

/// Answers until nobody is left who could ask.
fn serve(listener: &OwnedFd, known: &Known) -> io::Result<()> {
    loop {
        let mut asked = [PollFd::new(listener, PollFlags::IN)];
        poll(&mut asked, None)?;
        if !asked[0].revents().contains(PollFlags::IN) {
            return Ok(());
        }
        // An error: who asked was killed meanwhile.
        if let Ok(question) = receive(listener) {
            let memory = |address, bytes: &mut [u8]| {
                File::open(format!("/proc/{}/mem", question.pid))?.read_exact_at(bytes, address)
            };
            let _ = send(listener, question.id, &known.judge(&question.data, memory));
        }
    }
}

/// Puts the filter on the calling thread, for good.
fn listen() -> io::Result<OwnedFd> {
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
    match install(&mut filter) {
        // Without privileges it must be certain that what is started gains none.
        Err(error) if error.raw_os_error() == Some(libc::EACCES) => {
            rustix::thread::set_no_new_privs(true)?;
            install(&mut filter)
        }
        installed => installed,
    }
}

fn install(filter: &mut [sock_filter]) -> io::Result<OwnedFd> {
    let length = u16::try_from(filter.len()).map_err(io::Error::other)?;
    let program = sock_fprog { len: length, filter: filter.as_mut_ptr() };
    let (operation, flags) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // SAFETY: `program` points to `len` live instructions, which the kernel copies during the call.
    let listener = unsafe { libc::syscall(libc::SYS_seccomp, operation, flags, &raw const program) };
    let listener = c_int::try_from(listener).ok().filter(|fd| *fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(listener) })
}

fn receive(listener: &OwnedFd) -> io::Result<seccomp_notif> {
    // All zero, as the kernel wants it.
    let data = seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
    let mut question = seccomp_notif { id: 0, pid: 0, flags: 0, data };
    // SAFETY: `question` is live and of the type that this request writes to.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut question) };
    if result == 0 { Ok(question) } else { Err(io::Error::last_os_error()) }
}

fn send(listener: &OwnedFd, id: u64, answer: &Answer) -> io::Result<()> {
    let mut response = seccomp_notif_resp { id, val: 0, error: 0, flags: 0 };
    match answer {
        Answer::GoOn => response.flags = c_uint::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).unwrap_or(0),
        Answer::Errno(errno) => response.error = -errno,
        Answer::Abi(abi) => response.val = i64::from(*abi),
    }
    // SAFETY: `response` is live and of the type that this request reads.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut response) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;

    /// What an ABI makes of `landlock_create_ruleset` with these words as its attribute.
    fn ruleset(abi: u32, words: &[u64]) -> Answer {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let nr = c_int::try_from(libc::SYS_landlock_create_ruleset).expect("a small number");
        let args = [1, bytes.len() as u64, 0, 0, 0, 0];
        Known::of(abi).judge(&seccomp_data { nr, arch: 0, instruction_pointer: 0, args }, |_, memory| {
            memory.copy_from_slice(&bytes);
            Ok(())
        })
    }

    #[test]
    fn what_an_abi_does_not_know_is_refused() {
        assert_eq!(ruleset(1, &[0x1fff]), Answer::GoOn);
        assert_eq!(ruleset(1, &[0x2000]), Answer::Errno(libc::EINVAL), "refer");
        assert_eq!(ruleset(3, &[0x7fff, 0, 0]), Answer::GoOn, "zeros that it does not know");
        assert_eq!(ruleset(3, &[1, 1]), Answer::Errno(libc::E2BIG), "ports");
        assert_eq!(ruleset(4, &[1, 4]), Answer::Errno(libc::EINVAL), "UDP");
        assert_eq!(ruleset(5, &[0xffff, 3]), Answer::GoOn);
        assert_eq!(ruleset(9, &[1, 0, 0, 1]), Answer::Errno(libc::E2BIG), "quiet");
        assert_eq!(ruleset(10, &[0x1_ffff, 15, 3, 1, 1, 1]), Answer::GoOn);
    }

    #[test]
    fn a_thread_sees_the_older_kernel_and_the_others_do_not() {
        let Ok(real) = calls::version() else {
            eprintln!("SKIPPED: needs ABI 1, found none");
            return;
        };
        let emulated = || (abi(1).map(|()| calls::version().ok()), thread::spawn(calls::version).join());
        let (seen, inherited) = thread::spawn(emulated).join().expect("no panic");
        assert_eq!(seen.expect("a filter can be put on"), Some(1));
        assert_eq!(inherited.expect("no panic").ok(), Some(1));
        assert_eq!(calls::version().ok(), Some(real));
    }
}
