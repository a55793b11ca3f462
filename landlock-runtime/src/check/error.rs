//! What can be wrong with a question.

use super::object::{Object, fit_for};
use crate::policy::Right;
use std::path::PathBuf;
use std::{fmt, io};

/// A question to a policy that has no answer: see [`Policy::check`](crate::Policy::check).
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckError {
    /// The right is about another kind of object.
    NotAbout {
        /// The right.
        right: Right,
        /// The object.
        object: Object,
    },
    /// The right is about directories, and the path leads to something else.
    NotADirectory {
        /// The right.
        right: Right,
        /// The path.
        path: PathBuf,
    },
    /// The path leads to nothing, or to nothing that a path can name.
    Unreached {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The right is granted on a directory that may be above the root directory of this process, which was changed by
    /// `chroot`: the kernel sees that, and this process does not.
    OutsideTheRoot {
        /// The right.
        right: Right,
        /// The path.
        path: PathBuf,
    },
    /// The right is granted on another name of the file, and on this file system, such as an overlay, the kernel may take
    /// the two for different files.
    SeveralNames {
        /// The right.
        right: Right,
        /// The path.
        path: PathBuf,
    },
}

impl CheckError {
    pub(crate) fn io_kind(&self) -> io::ErrorKind {
        match self {
            CheckError::Unreached { source, .. } => source.kind(),
            CheckError::OutsideTheRoot { .. } | CheckError::SeveralNames { .. } => io::ErrorKind::Other,
            _ => io::ErrorKind::InvalidInput,
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::NotAbout { right, object } => {
                write!(f, "{right} is not about {object}: ask about {}", fit_for(*right))
            }
            CheckError::NotADirectory { right, path } => {
                write!(f, "{right} is about directories, and {path:?} is none: ask about its parent")
            }
            CheckError::Unreached { path, source } => write!(f, "{path:?}: {source}"),
            CheckError::OutsideTheRoot { right, path } => write!(
                f,
                "{right} on {path:?} cannot be decided: the policy grants it on a directory that may be above the root directory \
                 of this process: ask before `chroot`"
            ),
            CheckError::SeveralNames { right, path } => write!(
                f,
                "{right} on {path:?} cannot be decided: the policy grants it on another name of this file, and on this file system \
                 the kernel may take the two for different files: ask about that name"
            ),
        }
    }
}

impl std::error::Error for CheckError {}
