//! What restricts the calling thread: the layers that this library has recorded for it, and how many it holds besides.

use super::others::{self, Others};
use super::{Layer, all};
use crate::enforcement::Enforcement;
use std::fmt;
use std::sync::Arc;

/// The layers of the calling thread. See [`status`].
#[derive(Debug)]
pub struct Status {
    layers: Vec<Arc<Layer>>,
    others: Option<usize>,
}

/// What restricts the calling thread.
///
/// [`layers`](Status::layers) are those that this library put on the whole process, on the calling thread, and on the threads
/// that this library started it from. [`other_layers`](Status::other_layers) counts the rest: those of the launcher or the
/// container that started the program, those that other code put on, those that a thread of [`std::thread::spawn`] inherited from
/// a single restricted thread, and that of a command which this very thread was to
/// [execute](std::os::unix::process::CommandExt::exec) and could not.
///
/// The first call on a thread that this library did not start asks the kernel for that number, if the `no_new_privs` of the thread
/// is set: a child process counts the layers that are left of 16. It takes 60 to 240 µs, and milliseconds under rulesets of
/// thousands of paths (measured on Linux 6.18). The answer is kept, also for the question whether a call may move to another
/// thread or process. So two kinds of layers are not seen: those that other code puts on the thread later; and those of a launcher
/// with `CAP_SYS_ADMIN` that left `no_new_privs` unset.
///
/// In a process of `isolate = process`, the layer that its parent has made is one of the others.
///
/// ```
/// let status = landlock_runtime::status();
/// assert!(status.layers().next().is_none(), "nothing is restricted yet");
/// ```
#[inline]
#[must_use]
pub fn status() -> Status {
    let others = match others::for_a_report() {
        Others::Count(count) => Some(count),
        Others::NotAsked | Others::Refused(_) => None,
    };
    Status { layers: all(), others }
}

impl Status {
    /// The layers, the oldest first within the process and within the thread. They intersect: what one denies is denied.
    #[inline]
    pub fn layers(&self) -> impl Iterator<Item = &Enforcement> {
        self.layers.iter().map(|layer| &layer.enforcement)
    }

    /// How many layers the thread holds besides, of which this library knows nothing else.
    ///
    /// `None` where the kernel could not be asked (a seccomp filter refuses it), and on a thread that this library has started
    /// from one that had not been asked.
    #[inline]
    #[must_use]
    pub fn other_layers(&self) -> Option<usize> {
        self.others
    }
}

impl fmt::Display for Status {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = self.others.unwrap_or(0);
        if self.layers.is_empty() && others == 0 {
            return f.write_str("no layer");
        }
        let mut separator = "";
        for layer in self.layers() {
            write!(f, "{separator}{layer}")?;
            separator = "\n";
        }
        match others {
            0 => Ok(()),
            1 => write!(f, "{separator}1 layer that this library has no record of"),
            others => write!(f, "{separator}{others} layers that this library has no record of"),
        }
    }
}
