//! What a kernel of an earlier ABI takes, and what it answers to a system call that it does not take.

use libc::{c_int, c_long, seccomp_data};
use std::io;

/// What a kernel of one ABI takes.
pub(super) struct Older {
    abi: u32,
    access_fs: u64,
    access_net: u64,
    scoped: u64,
    /// Of `struct landlock_ruleset_attr`.
    size: usize,
    add_rule_flags: u32,
    restrict_self_flags: u32,
}

impl Older {
    pub(super) fn of(abi: u32) -> Older {
        // By the number of bits of the newest step that is not above this ABI.
        let bits = |steps: &[(u32, u32)]| {
            let (_, bits) = steps.iter().rev().find(|(since, _)| *since <= abi).unwrap_or(&(0, 0));
            (1 << bits) - 1
        };
        let sizes = [(1, 8), (4, 16), (6, 24), (10, 48)];
        let (_, size) = sizes.iter().rev().find(|(since, _)| *since <= abi).unwrap_or(&sizes[0]);
        Older {
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
    pub(super) fn judge(&self, call: &seccomp_data, read: impl FnOnce(u64, &mut [u8]) -> io::Result<()>) -> Answer {
        let [first, second, third, fourth, ..] = call.args;
        if self.abi == 0 {
            return Answer::Errno(libc::ENOSYS);
        }
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

/// What becomes of a call.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// The real kernel does it.
    GoOn,
    Errno(c_int),
    Abi(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an ABI makes of `landlock_create_ruleset` with these words as its attribute.
    fn ruleset(abi: u32, words: &[u64]) -> Answer {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let nr = c_int::try_from(libc::SYS_landlock_create_ruleset).expect("a small number");
        let args = [1, bytes.len() as u64, 0, 0, 0, 0];
        Older::of(abi).judge(&seccomp_data { nr, arch: 0, instruction_pointer: 0, args }, |_, memory| {
            memory.copy_from_slice(&bytes);
            Ok(())
        })
    }

    #[test]
    fn what_an_abi_does_not_know_is_refused() {
        assert_eq!(ruleset(0, &[1]), Answer::Errno(libc::ENOSYS));
        assert_eq!(ruleset(1, &[0x1fff]), Answer::GoOn);
        assert_eq!(ruleset(1, &[0x2000]), Answer::Errno(libc::EINVAL), "refer");
        assert_eq!(ruleset(3, &[0x7fff, 0, 0]), Answer::GoOn, "zeros that it does not know");
        assert_eq!(ruleset(3, &[1, 1]), Answer::Errno(libc::E2BIG), "ports");
        assert_eq!(ruleset(4, &[1, 4]), Answer::Errno(libc::EINVAL), "UDP");
        assert_eq!(ruleset(5, &[0xffff, 3]), Answer::GoOn);
        assert_eq!(ruleset(9, &[1, 0, 0, 1]), Answer::Errno(libc::E2BIG), "quiet");
        assert_eq!(ruleset(10, &[0x1_ffff, 15, 3, 1, 1, 1]), Answer::GoOn);
    }
}
