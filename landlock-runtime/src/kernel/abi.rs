//! Which ABI this kernel has, and what the `landlock` crate says each ABI knows. Asked once per process.

#[cfg(feature = "testing")]
use super::emulated;
use super::report::Unavailable;
use super::sys;
use crate::policy::{Right, Rights};
use landlock::{ABI, Access as _, AccessFs, AccessNet, BitFlags, Erratum, Scope};
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// The newest ABI whose rights this version knows. Newer kernels are used as this one.
pub(crate) const CEILING: u32 = ABI::V10 as u32;

/// From this ABI on, a process says what is written to the audit log.
const LOG: u32 = ABI::V7 as u32;
/// From this ABI on, one call restricts all threads of a process.
const ALL_THREADS: u32 = ABI::V8 as u32;
/// From this ABI on, single denials can be left out of the audit log.
const QUIET: u32 = ABI::V10 as u32;

/// What the process knows of its kernel. Threads that ask at the same time may both ask the kernel: it tells them the same.
pub(crate) struct Kernel {
    abi: AtomicU32,
    errata: AtomicU32,
}

/// No ABI, and no set of errata.
const NOT_ASKED: u32 = u32::MAX;

impl Kernel {
    /// The running kernel. A failure is not remembered: the next call asks anew.
    pub(crate) fn get() -> Result<&'static Kernel, Unavailable> {
        static KERNEL: Kernel = Kernel::of(NOT_ASKED);
        #[cfg(feature = "testing")]
        if emulated::somebody_emulates() {
            return emulated::of_this_thread();
        }
        if KERNEL.abi() == NOT_ASKED {
            KERNEL.abi.store(Kernel::ask()?, Ordering::Relaxed);
        }
        Ok(&KERNEL)
    }

    pub(super) const fn of(abi: u32) -> Kernel {
        Kernel { abi: AtomicU32::new(abi), errata: AtomicU32::new(NOT_ASKED) }
    }

    pub(super) fn ask() -> Result<u32, Unavailable> {
        sys::abi().map_err(|error| match error.raw_os_error().unwrap_or_default() {
            libc::ENOSYS => Unavailable::NotBuiltIn,
            libc::EOPNOTSUPP => Unavailable::Disabled,
            errno => Unavailable::Refused { errno },
        })
    }

    /// The ABI that the kernel reports; it may be above what this version uses.
    pub(crate) fn abi(&self) -> u32 {
        self.abi.load(Ordering::Relaxed)
    }

    /// The rights that this kernel can restrict and this version knows.
    pub(crate) fn known(&self) -> Rights {
        known_by(self.abi())
    }

    pub(crate) fn restricts_all_threads(&self) -> bool {
        self.abi() >= ALL_THREADS
    }

    pub(crate) fn knows_log(&self) -> bool {
        self.abi() >= LOG
    }

    pub(crate) fn knows_quiet(&self) -> bool {
        self.abi() >= QUIET
    }

    /// Whether a sandboxed thread can still signal the threads beside it (erratum 2).
    pub(crate) fn signals_siblings(&self) -> bool {
        self.errata_mask() & BitFlags::from(Erratum::ScopedSignalHandling).bits() != 0
    }

    /// The bit mask of the errata that this kernel says are fixed.
    pub(crate) fn errata_mask(&self) -> u32 {
        if self.errata.load(Ordering::Relaxed) == NOT_ASKED {
            self.errata.store(Erratum::current().bits(), Ordering::Relaxed);
        }
        self.errata.load(Ordering::Relaxed)
    }

    /// Another kernel than the one that runs.
    #[cfg(test)]
    pub(crate) fn with(abi: u32, errata: u32) -> &'static Kernel {
        Box::leak(Box::new(Kernel { abi: AtomicU32::new(abi), errata: AtomicU32::new(errata) }))
    }
}

/// Its ABI: reports hold it.
impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.abi().fmt(f)
    }
}

/// The rights that an ABI knows.
#[inline(never)] // The answers of the `landlock` crate are code: once is enough.
pub(crate) fn known_by(abi: u32) -> Rights {
    let abi = ABI::from(i32::try_from(abi.min(CEILING)).unwrap_or(0));
    let (fs, net, scoped) = (AccessFs::from_all(abi), AccessNet::from_all(abi), Scope::from_all(abi));
    Masks { fs: fs.bits(), net: net.bits(), scoped: scoped.bits() }.rights()
}

/// The ABI that brought a right.
pub(crate) fn since(right: Right) -> usize {
    (1..=CEILING).find(|abi| known_by(*abi).contains(right)).map_or(usize::MAX, |abi| abi as usize)
}

/// The rights that a rule on anything but a directory may carry.
pub(crate) fn on_files(rights: Rights) -> Rights {
    rights & Masks { fs: AccessFs::from_file(ABI::V10).bits(), net: 0, scoped: 0 }.rights()
}

/// Rights as the kernel's three masks. In [`Rights`] they stand one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    pub(super) fs: u64,
    pub(super) net: u64,
    pub(super) scoped: u64,
}

impl Masks {
    /// The first right that is not about files, and the first scope.
    const NET: u32 = Right::BindTcp as u32;
    const SCOPED: u32 = Right::AbstractUnixSocket as u32;

    fn rights(self) -> Rights {
        let bits = self.fs | self.net << Masks::NET | self.scoped << Masks::SCOPED;
        Rights::from_bits(u32::try_from(bits).unwrap_or(0))
    }
}

impl From<Rights> for Masks {
    fn from(rights: Rights) -> Masks {
        let bits = u64::from(rights.bits());
        let below = |end: u32| bits & ((1 << end) - 1);
        Masks { fs: below(Masks::NET), net: below(Masks::SCOPED) >> Masks::NET, scoped: bits >> Masks::SCOPED }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rights by the names of the `landlock` crate.
    #[test]
    fn each_right_is_the_bit_of_its_name() {
        let name = |bit: &dyn std::fmt::Debug| format!("{bit:?}");
        let named = |right: Right| -> Vec<String> {
            let Masks { fs, net, scoped } = Rights::from(right).into();
            let fs = BitFlags::<AccessFs>::from_bits(fs).expect("rights on files").iter();
            let net = BitFlags::<AccessNet>::from_bits(net).expect("rights on ports").iter();
            let scoped = BitFlags::<Scope>::from_bits(scoped).expect("scopes").iter();
            fs.map(|bit| name(&bit)).chain(net.map(|bit| name(&bit))).chain(scoped.map(|bit| name(&bit))).collect()
        };
        for right in Right::ALL {
            assert_eq!(named(*right), [name(right)]);
            assert_eq!(Masks::from(Rights::from(*right)).rights(), Rights::from(*right));
        }
    }

    #[test]
    fn each_right_has_the_abi_that_the_kernel_documents() {
        let since = |rights: Rights| rights.iter().map(super::since).collect::<Vec<_>>();
        assert_eq!(Right::ALL.iter().filter(|right| super::since(**right) == 1).count(), 13);
        assert_eq!(since(Right::Refer.into()), [2]);
        assert_eq!(since(Right::Truncate.into()), [3]);
        assert_eq!(since(crate::Feature::Tcp.rights()), [4, 4]);
        assert_eq!(since(Right::IoctlDev.into()), [5]);
        assert_eq!(since(Rights::of(&[Right::AbstractUnixSocket, Right::Signal])), [6, 6]);
        assert_eq!(since(Right::ResolveUnix.into()), [9]);
        assert_eq!(since(crate::Feature::Udp.rights()), [10, 10]);
    }

    #[test]
    fn each_abi_does_what_it_brought() {
        let does = |abi| {
            let kernel = Kernel::with(abi, 0);
            (kernel.knows_log(), kernel.restricts_all_threads(), kernel.knows_quiet())
        };
        assert_eq!([1, 6].map(does), [(false, false, false); 2]);
        assert_eq!(does(7), (true, false, false));
        assert_eq!([8, 9].map(does), [(true, true, false); 2]);
        assert_eq!([10, 11].map(does), [(true, true, true); 2]);
    }

    #[test]
    fn siblings_are_signalled_where_erratum_2_is_fixed() {
        assert!(Kernel::with(6, 0b10).signals_siblings());
        assert!(!Kernel::with(6, 0b101).signals_siblings());
    }

    #[test]
    fn masks_are_those_of_the_uapi_header() {
        let all = Masks::from(Rights::ALL);
        assert_eq!((all.fs, all.net, all.scoped), (0x1_ffff, 0xf, 0x3));
        assert_eq!(Masks::from(known_by(1)), Masks { fs: 0x1fff, net: 0, scoped: 0 });
        assert_eq!(Masks::from(known_by(7)), Masks { fs: 0xffff, net: 3, scoped: 3 });
        assert_eq!(known_by(11), Rights::ALL, "newer kernels are used as the ceiling");
    }

    #[test]
    fn only_rights_of_files_stay_on_files() {
        assert_eq!(on_files(Rights::READ), Right::ReadFile.into());
        assert_eq!(on_files(Rights::WRITE), Rights::of(&[Right::WriteFile, Right::Truncate]));
        assert_eq!(on_files(Right::MakeReg.into()), Rights::EMPTY);
    }
}
