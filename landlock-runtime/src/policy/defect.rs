//! What can be wrong with a policy that only a run can show.

use super::{Right, Rights};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// A value in a policy that cannot be used, or two that contradict each other. Nothing was restricted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A path is empty.
    EmptyPath {
        /// The key that grants it.
        key: &'static str,
    },
    /// A path contains a NUL byte.
    NulInPath {
        /// The key that grants it.
        key: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// Port 0 where something must listen.
    PortZero {
        /// The key that grants it.
        key: &'static str,
    },
    /// A range of ports that ends before it starts.
    EmptyRange {
        /// The key that grants it.
        key: &'static str,
        /// The range.
        ports: RangeInclusive<u16>,
    },
    /// A grant of rights that the policy leaves unrestricted.
    Moot {
        /// The key of the grant.
        key: &'static str,
        /// The rights.
        rights: Rights,
    },
    /// The policy requires rights that it leaves unrestricted itself.
    RequiredUnrestricted {
        /// The rights.
        rights: Rights,
    },
    /// An included policy leaves rights unrestricted, and this one does not say so.
    IncludedUnrestricted {
        /// The rights.
        rights: Rights,
    },
    /// An included policy carries a `require` that this one does not have.
    IncludedRequire,
    /// What a program needs to run cannot be told: `presets::elf`.
    Program {
        /// The program.
        path: PathBuf,
        /// The system's words, or what is wrong with the file.
        reason: String,
    },
}

impl PolicyError {
    pub(super) fn of_path(key: &'static str, path: &Path) -> Option<PolicyError> {
        let bytes = path.as_os_str().as_encoded_bytes();
        if bytes.is_empty() {
            Some(PolicyError::EmptyPath { key })
        } else if bytes.contains(&0) {
            Some(PolicyError::NulInPath { key, path: path.to_owned() })
        } else {
            None
        }
    }

    /// A grant of what everybody may do already. `refer` alone does not save one: it is handled for its own reason.
    pub(super) fn of_grant(key: &'static str, rights: Rights, unrestricted: Rights) -> Option<PolicyError> {
        let refer = Rights::from(Right::Refer);
        let granted = if rights == refer { rights } else { rights - refer };
        unrestricted.contains(granted).then_some(PolicyError::Moot { key, rights: granted })
    }

    pub(super) fn of_ports(key: &'static str, right: Right, ports: &RangeInclusive<u16>) -> Option<PolicyError> {
        let connects = matches!(right, Right::ConnectTcp | Right::ConnectSendUdp);
        if ports.is_empty() {
            Some(PolicyError::EmptyRange { key, ports: ports.clone() })
        } else if connects && *ports.start() == 0 {
            Some(PolicyError::PortZero { key })
        } else {
            None
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyError::EmptyPath { key } => {
                write!(f, "{key}: the path is empty: leave the grant out, or write \".\" for the working directory")
            }
            PolicyError::NulInPath { key, path } => write!(f, "{key} = {path:?}: a path cannot contain a NUL byte"),
            PolicyError::PortZero { key } => {
                write!(f, "{key} = 0: nothing listens on port 0: write the port of the peer")
            }
            PolicyError::EmptyRange { key, ports } => {
                let (start, end) = (ports.start(), ports.end());
                write!(f, "{key} = {start}..={end}: the range is empty: write {end}..={start}")
            }
            PolicyError::Moot { key, rights } => {
                write!(f, "{key} grants {rights}, which the policy leaves unrestricted: leave one of the two out")
            }
            PolicyError::RequiredUnrestricted { rights } => {
                write!(f, "require names {rights}, which the policy leaves unrestricted: leave one of the two out")
            }
            PolicyError::IncludedUnrestricted { rights } => write!(
                f,
                "an included policy leaves unrestricted: {rights}: add it to `unrestricted` here, if that is meant"
            ),
            PolicyError::IncludedRequire => {
                f.write_str("an included policy carries a `require`: write the same `require` here")
            }
            PolicyError::Program { path, reason } => write!(f, "presets::elf({path:?}): {reason}"),
        }
    }
}

impl std::error::Error for PolicyError {}
