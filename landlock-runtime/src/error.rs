//! What went wrong, by the stage in which it did. Every error says where the sandbox was asked for, what stood in the
//! way, and what the system said. Whatever the error: the body did not run.

use crate::check::CheckError;
#[cfg(feature = "process")]
use crate::failure::{BodyError, ProcessError};
use crate::kernel::{Names, Needs, RestrictError, RuleError, Unavailable};
use crate::policy::{PolicyError, Rights};
use crate::site::Site;
use std::path::PathBuf;
use std::{fmt, io};

/// Why a sandbox was not applied: the body did not run. Or, with `isolate = process`, why the call came back without a
/// value: `ErrorKind::Process`, `ErrorKind::Body`. Or why a policy cannot answer a question: [`ErrorKind::Check`].
///
/// [`no_new_privs`](https://docs.kernel.org/userspace-api/no_new_privs.html) may be set already when the last step,
/// `landlock_restrict_self`, fails: it cannot be taken back.
pub struct Error {
    site: Site,
    kind: Box<ErrorKind>,
}

/// The stage that failed, with what it failed on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The policy cannot be used, on any kernel.
    Policy(Vec<PolicyError>),
    /// Rules that cannot be made: missing files, no permission. All of them at once.
    Rules(Vec<RuleError>),
    /// The kernel does not enforce what the policy requires.
    Required(RequireError),
    /// The sandbox was asked for where it cannot be applied.
    Place(PlaceError),
    /// The thread already has the 16 layers that the kernel allows.
    Layers,
    /// The sandbox was applied, to a process of the call's own, which came back without a value. Feature `process`.
    #[cfg(feature = "process")]
    Process(ProcessError),
    /// The sandbox was applied, to a process of the call's own, and the body returned this error. Feature `process`.
    #[cfg(feature = "process")]
    Body(BodyError),
    /// A question to the policy that has no answer: [`Policy::check`](crate::Policy::check).
    Check(CheckError),
    /// A program could not be started under its sandbox.
    Program {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A system call failed that nothing above explains.
    System {
        /// The system call.
        call: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// What the policy requires and this kernel does not give.
#[derive(Debug)]
#[non_exhaustive]
pub struct RequireError {
    /// The ABI of this kernel, or why it has none.
    pub abi: Result<u32, Unavailable>,
    /// The ABI that the policy requires, if this one is older.
    pub abi_wanted: Option<u32>,
    /// Required rights that this kernel does not know.
    pub missing: Rights,
    /// Required rights that this kernel has with a defect: the signal scope of a single thread, before erratum 2.
    pub withheld: Rights,
    /// All threads are required, and only the calling one would be restricted.
    pub threads: bool,
}

/// A sandbox in a place where it cannot be applied.
#[derive(Debug)]
#[non_exhaustive]
pub enum PlaceError {
    /// The whole process was to be restricted, but other threads run, and below ABI 8 they would stay free.
    Threads {
        /// The names of the other threads.
        names: Vec<String>,
    },
    /// Only this thread was to be restricted, but it is the main thread.
    MainThread,
    /// The calling thread, or the process, was to be restricted for good, but the thread runs other calls, too: those of
    /// `isolate = pool` or `isolate = process(reuse)`.
    SharedThread,
    /// An attribute on a function that is called `main`, but is not the entry of the program.
    NotTheEntry,
    /// The calling thread holds a layer that the thread or process which would run the call does not have, or one of which
    /// nobody knows whether it has: the call would escape it.
    WouldEscape,
    /// The whole process was to be restricted, but other threads hold layers of their own, or may, which all threads at once
    /// (ABI 8) would replace.
    WouldLoosen {
        /// How many threads, as far as they can be counted.
        threads: usize,
    },
    /// A prepared policy that runs calls, or was enforced, has closed its ruleset, so nothing else can be restricted with it.
    RunsAlready,
}

impl Error {
    #[cold]
    pub(crate) fn new(site: Site, kind: ErrorKind) -> Error {
        Error { site, kind: Box::new(kind) }
    }

    /// The stage that failed, with what it failed on.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Where the sandbox was asked for.
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    #[inline]
    fn io_kind(&self) -> io::ErrorKind {
        match &*self.kind {
            ErrorKind::Policy(_) => io::ErrorKind::InvalidInput,
            ErrorKind::Required(_) => io::ErrorKind::Unsupported,
            ErrorKind::System { source, .. } | ErrorKind::Program { source, .. } => source.kind(),
            ErrorKind::Rules(rules) => {
                let kind = rules.first().map_or(io::ErrorKind::Other, |rule| rule.source.kind());
                if rules.iter().all(|rule| rule.source.kind() == kind) { kind } else { io::ErrorKind::Other }
            }
            #[cfg(feature = "process")]
            ErrorKind::Process(process) => process.io_kind(),
            #[cfg(feature = "process")]
            ErrorKind::Body(body) => body.kind(),
            ErrorKind::Check(check) => check.io_kind(),
            ErrorKind::Place(_) | ErrorKind::Layers => io::ErrorKind::Other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            #[cfg(feature = "process")]
            ErrorKind::Body(body) => body.fmt(f),
            #[cfg(feature = "process")]
            ErrorKind::Process(process) => write!(f, "{}: {process}", self.site),
            ErrorKind::Check(check) => write!(f, "{}: {check}", self.site),
            kind => write!(f, "{}: the sandbox was not applied: {kind}", self.site),
        }
    }
}

/// The text, not the fields: this is what a `main` that returns the error prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    #[inline]
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            ErrorKind::System { source, .. } | ErrorKind::Program { source, .. } => Some(source),
            ErrorKind::Rules(rules) => rules.first().map(|rule| &rule.source as _),
            #[cfg(feature = "process")]
            ErrorKind::Process(process) => Some(process),
            ErrorKind::Check(check) => check.source(),
            _ => None,
        }
    }
}

/// So that `?` works in the many functions that return [`io::Result`]. What the system said to a body in a process of its
/// own is the system's again.
impl From<Error> for io::Error {
    #[inline]
    fn from(error: Error) -> io::Error {
        #[cfg(feature = "process")]
        if let ErrorKind::Body(BodyError { errno: Some(errno), .. }) = &*error.kind {
            return io::Error::from_raw_os_error(*errno);
        }
        io::Error::new(error.io_kind(), error)
    }
}

impl From<RestrictError> for ErrorKind {
    fn from(error: RestrictError) -> ErrorKind {
        match error {
            RestrictError::Rules(rules) => ErrorKind::Rules(rules),
            RestrictError::Layers => ErrorKind::Layers,
            RestrictError::System { call, source } => ErrorKind::System { call, source },
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Policy(defects) => list(f, format_args!("the policy cannot be used"), defects),
            ErrorKind::Rules(rules) => match &rules[..] {
                [rule] => rule.fmt(f),
                rules => list(f, format_args!("{} rules cannot be made", rules.len()), rules),
            },
            ErrorKind::Required(required) => required.fmt(f),
            ErrorKind::Place(place) => place.fmt(f),
            #[cfg(feature = "process")]
            ErrorKind::Process(process) => process.fmt(f),
            #[cfg(feature = "process")]
            ErrorKind::Body(body) => body.fmt(f),
            ErrorKind::Check(check) => check.fmt(f),
            ErrorKind::Layers => f.write_str(
                "this thread already has 16 Landlock layers, and the kernel allows no more: enforce one policy with \
                 all the grants instead of one within the other",
            ),
            ErrorKind::Program { program, source } => {
                write!(f, "{program:?}: {source}")?;
                match source.kind() {
                    io::ErrorKind::PermissionDenied => f.write_str(": `exec` must grant it, and its interpreter"),
                    _ => Ok(()),
                }
            }
            ErrorKind::System { call, source } => write!(f, "{call}: {source}"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, head: fmt::Arguments<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    write!(f, "{head}:")?;
    items.iter().try_for_each(|item| write!(f, "\n  {item}"))
}

impl fmt::Display for RequireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let abi = match &self.abi {
            Err(reason) => return write!(f, "{reason}; to run without a sandbox here, write `require = none`"),
            Ok(abi) => abi,
        };
        write!(f, "this kernel has ABI {abi}, and the policy requires ")?;
        let mut and = "";
        if let Some(wanted) = self.abi_wanted {
            write!(f, "ABI {wanted}")?;
            and = " and ";
        }
        if !self.missing.is_empty() {
            write!(f, "{and}{}", Needs(self.missing))?;
            and = " and ";
        }
        if !self.withheld.is_empty() {
            write!(f, "{and}{} of a single thread (erratum 2 is not fixed here)", self.withheld)?;
            and = " and ";
        }
        if self.threads {
            write!(f, "{and}all threads, while only this one would be restricted")?;
        }
        Ok(())
    }
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlaceError::Threads { names } => write!(
                f,
                "the process has other threads already ({}), which would stay unrestricted below ABI 8 (Linux 7.0): \
                 restrict the process before it starts them",
                Names(names)
            ),
            PlaceError::MainThread => f.write_str(
                "this is the main thread, which would stay restricted for the rest of the program: do this on a thread of \
                 its own, use `isolate = thread` for one call, or `restrict_process` for the whole program",
            ),
            PlaceError::SharedThread => f.write_str(
                "this thread runs other calls, too (`isolate = pool` or `process(reuse)`), and would stay restricted for \
                 them: use `isolate = thread` for one call",
            ),
            PlaceError::NotTheEntry => f.write_str(
                "this `main` is not the entry of the program, so it is no place to restrict the whole process: rename \
                 the function, and `isolate = thread` or `isolate = in_place` says where it runs",
            ),
            PlaceError::WouldEscape => f.write_str(
                "this thread holds a layer that what would run the call lacks, or may lack, so the call would escape it: \
                 run it on a fresh thread (`isolate = thread`)",
            ),
            PlaceError::WouldLoosen { threads } => write!(
                f,
                "other threads ({threads}) hold Landlock layers of their own, or may, and would get the layers of this \
                 thread in their place: restrict the process before single threads",
            ),
            PlaceError::RunsAlready => f.write_str(
                "this prepared policy was enforced or has run a call, and closed its ruleset: prepare the policy once \
                 more to restrict a process or a thread with it",
            ),
        }
    }
}
