//! What became of a call in a process of its own, where it did not come back with a value.

use std::time::Duration;
use std::{fmt, io};

/// How a call with `isolate = process` failed although its sandbox was applied. The parent goes on.
///
/// Where the process wrote something on standard error, the end of it stands in the message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// The body panicked.
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The process crashed: a segmentation fault, an abort, and their like.
    Crashed {
        /// The signal: `SIGSEGV`, `SIGABRT`, `SIGBUS`, `SIGILL`, `SIGFPE`, `SIGSYS`, `SIGTRAP`.
        signal: i32,
        /// The end of what it wrote on standard error.
        last_words: String,
    },
    /// The process was killed from outside: by the kernel when memory ran out, by an administrator.
    Killed {
        /// The signal.
        signal: i32,
        /// The end of what it wrote on standard error.
        last_words: String,
    },
    /// The body ended its process, with [`std::process::exit`] or in some such way.
    Exited {
        /// The exit code.
        code: i32,
        /// The end of what it wrote on standard error.
        last_words: String,
    },
    /// The call took longer than its `timeout`, and was killed.
    TimedOut {
        /// The `timeout`.
        limit: Duration,
        /// The end of what it wrote on standard error.
        last_words: String,
    },
    /// The body asked for more than `memory`, and could not go on without.
    OutOfMemory {
        /// The `memory`, in bytes.
        limit: u64,
        /// The end of what it wrote on standard error.
        last_words: String,
    },
    /// An argument or the value cannot cross between processes.
    Crossing {
        /// Which one, and what is wrong with it.
        what: String,
    },
    /// The program cannot run itself a second time.
    CannotStart {
        /// Why not.
        reason: &'static str,
    },
}

impl ProcessError {
    pub(crate) fn io_kind(&self) -> io::ErrorKind {
        match self {
            ProcessError::TimedOut { .. } => io::ErrorKind::TimedOut,
            ProcessError::OutOfMemory { .. } => io::ErrorKind::OutOfMemory,
            _ => io::ErrorKind::Other,
        }
    }
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last_words = match self {
            ProcessError::Panicked { message } => return write!(f, "its process panicked: {message}"),
            ProcessError::Crossing { what } => {
                return write!(f, "an argument or the value cannot be sent between processes: {what}");
            }
            ProcessError::CannotStart { reason } => return write!(f, "its process cannot be started: {reason}"),
            ProcessError::Crashed { signal, last_words } => {
                write!(f, "its process crashed with {}", Signal(*signal))?;
                last_words
            }
            ProcessError::Killed { signal, last_words } => {
                write!(f, "its process was killed with {}", Signal(*signal))?;
                last_words
            }
            ProcessError::Exited { code, last_words } => {
                write!(f, "its process ended with exit code {code}, and no value")?;
                last_words
            }
            ProcessError::TimedOut { limit, last_words } => {
                write!(f, "it took longer than {limit:?}, and was killed")?;
                last_words
            }
            ProcessError::OutOfMemory { limit, last_words } => {
                write!(f, "its process needs more memory than {} KiB", limit >> 10)?;
                last_words
            }
        };
        if last_words.is_empty() { Ok(()) } else { write!(f, "; its standard error ended with:\n{last_words}") }
    }
}

impl std::error::Error for ProcessError {}

/// A signal by name, where it has one that people know.
struct Signal(i32);

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(i32, &str); 10] = [
            (1, "SIGHUP"),
            (4, "SIGILL"),
            (5, "SIGTRAP"),
            (6, "SIGABRT"),
            (8, "SIGFPE"),
            (9, "SIGKILL"),
            (11, "SIGSEGV"),
            (13, "SIGPIPE"),
            (15, "SIGTERM"),
            (31, "SIGSYS"),
        ];
        match NAMES.iter().find(|(signal, _)| *signal == self.0) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "signal {}", self.0),
        }
    }
}

/// The error that a body returned in a process of its own: its text, and what the system said, if it was an
/// [`io::Error`] or came from one.
#[derive(Clone, Debug)]
pub struct BodyError {
    pub(crate) text: String,
    pub(crate) kind: io::ErrorKind,
    /// Only if the error is the system's and nothing else.
    pub(crate) errno: Option<i32>,
}

impl BodyError {
    /// The text of the error, with those of its sources.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of the [`io::Error`] that it was or came from, else [`io::ErrorKind::Other`].
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.kind
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for BodyError {}
