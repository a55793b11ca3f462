//! Which kernels the matrix is made of: the real ones that Debian has, by series, and the ABIs that only emulation has.

use std::fmt;

/// The suites of Debian that hold the kernels, each with the end of its mirror's address.
pub(crate) const SUITES: &[(&str, &str)] = &[
    ("/debian/", "trixie-backports"),
    ("/debian-security/", "trixie-security"),
    ("/debian-security/", "bookworm-security"),
    ("/debian-security/", "bullseye-security"),
];

/// The series, and the ABI that each brought.
const SERIES: [(&str, u32); 8] =
    [("5.10", 0), ("6.1", 2), ("6.12", 6), ("6.18", 7), ("7.0", 8), ("7.1", 9), ("7.2", 10), ("7.3", 11)];

/// The newest series, and its ABI: on it, what is older is emulated.
const NEWEST: &str = SERIES[SERIES.len() - 1].0;
pub(crate) const NEWEST_ABI: u32 = SERIES[SERIES.len() - 1].1;

/// ABIs of which no kernel is to be had.
const EMULATED: [u32; 4] = [1, 3, 4, 5];

/// One machine of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) series: &'static str,
    /// What must be found.
    pub(crate) abi: u32,
    pub(crate) landlock: Landlock,
}

/// What a machine's kernel has of Landlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Landlock {
    AsBuilt,
    /// Built in, but not among the security modules that the boot parameter `lsm=` names.
    Disabled,
    Emulated,
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.landlock {
            Landlock::AsBuilt => f.write_str(self.series),
            Landlock::Disabled => write!(f, "{}-disabled", self.series),
            Landlock::Emulated => write!(f, "{}-abi{}", self.series, self.abi),
        }
    }
}

impl Machine {
    /// All of them, by ABI.
    pub(crate) fn all() -> Vec<Machine> {
        let real = SERIES.iter().map(|&(series, abi)| Machine { series, abi, landlock: Landlock::AsBuilt });
        let emulated = EMULATED.map(|abi| Machine { series: NEWEST, abi, landlock: Landlock::Emulated });
        let disabled = Machine { series: NEWEST, abi: 0, landlock: Landlock::Disabled };
        let mut machines: Vec<_> = real.chain([disabled]).chain(emulated).collect();
        machines.sort_by_key(|machine| machine.abi);
        machines
    }

    /// The errno by which its kernel says that it has no Landlock.
    pub(crate) fn without(&self) -> Option<&'static str> {
        match self.landlock {
            Landlock::Disabled => Some("EOPNOTSUPP"),
            _ if self.abi == 0 => Some("ENOSYS"),
            _ => None,
        }
    }
}
