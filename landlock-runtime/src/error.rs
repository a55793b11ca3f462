//! What went wrong, by the stage in which it did. Every error says where the sandbox was asked for, what stood in the
//! way, and what the system said. Whatever the error: the body did not run.

use crate::check::CheckError;
#[cfg(feature = "process")]
use crate::failure::{BodyError, ProcessError};
use crate::kernel::{Names, Needs, RestrictError, RuleError, Unavailable};
use crate::policy::{PolicyError, Rights, advise};
use crate::site::Site;
use std::path::PathBuf;
use std::{fmt, io};

/// Why a sandbox was not applied: the body did not run. Or, with `isolate = process`, why the call came back without a
/// value: `ErrorKind::Process`, `ErrorKind::Body`. Or why a policy cannot answer a question: [`ErrorKind::Check`].
///
/// Its text has two forms. `{}` is for who runs the program, and says in one line what could not be done, and why; `{:#}` is for
/// who writes it, and adds where the sandbox was asked for, by which key, and what to change. `{:?}` is the second, which so is
/// what a `main` prints that returns the error; a panic and the message of `#[sandbox]` on `main` are the second, too.
///
/// ```
/// use landlock_runtime::{Error, Policy};
///
/// let error = Policy::new().read("/no/such/file").run(|| ()).unwrap_err();
/// assert_eq!(error.to_string(), r#""/no/such/file": No such file or directory (os error 2)"#);
/// assert!(format!("{error:#}").contains(r#"write optional("/no/such/file") if it may be missing"#));
///
/// let error = std::io::Error::from(error);
/// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
/// assert_eq!(Error::of(&error).and_then(Error::raw_os_error), Some(2));
/// ```
///
/// What the system said stands in the text, and so is not the [`source`](std::error::Error::source) once more.
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
        /// Whether the sandbox denies `/dev/null`, too, which [null](std::process::Stdio::null) streams open.
        null_denied: bool,
    },
    /// This program could not execute itself again, as a call in a process of its own needs it. Feature `process`.
    #[cfg(feature = "process")]
    Again {
        /// What the system said.
        source: io::Error,
        /// Whether that is for want of `/proc`, by which a program finds itself.
        proc_missing: bool,
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
    WouldEscape {
        /// What the system said where the thread's layers could not be counted. Such a thread may hold some that nobody knows.
        uncounted: Option<io::Error>,
    },
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

    /// This library's error, where it is or stands behind another: an [`io::Error`] that it became, a `Box<dyn Error>`, an
    /// `anyhow::Error`.
    ///
    /// ```
    /// use landlock_runtime::{Error, ErrorKind, Policy};
    ///
    /// fn work() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///     Ok(Policy::new().read("/no/such/file").run(|| ())?)
    /// }
    ///
    /// let error = work().unwrap_err();
    /// assert!(Error::of(&*error).is_some_and(|error| matches!(error.kind(), ErrorKind::Rules(_))));
    /// ```
    #[inline]
    #[must_use]
    pub fn of<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Error> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref() {
                return Some(error);
            }
            // What an `io::Error` wraps is not its source.
            let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
            next = wrapped.map(|wrapped| wrapped as &(dyn std::error::Error + 'static)).or_else(|| error.source());
        }
        None
    }

    /// The number of the system's error, if it is one: several missing paths have the same.
    ///
    /// An [`io::Error`] that this becomes keeps the kind, and has no room for the number: [`Error::of`] leads back to it.
    #[inline]
    #[must_use]
    pub fn raw_os_error(&self) -> Option<i32> {
        match &*self.kind {
            ErrorKind::Rules(rules) => shared(rules, io::Error::raw_os_error)?,
            #[cfg(feature = "process")]
            ErrorKind::Body(body) => body.errno,
            kind => kind.said()?.raw_os_error(),
        }
    }

    /// The kind of the [`io::Error`] that this becomes.
    #[inline]
    #[must_use]
    pub fn io_kind(&self) -> io::ErrorKind {
        match &*self.kind {
            ErrorKind::Policy(_) => io::ErrorKind::InvalidInput,
            ErrorKind::Required(_) => io::ErrorKind::Unsupported,
            ErrorKind::Rules(rules) => shared(rules, io::Error::kind).unwrap_or(io::ErrorKind::Other),
            #[cfg(feature = "process")]
            ErrorKind::Process(process) => process.io_kind(),
            #[cfg(feature = "process")]
            ErrorKind::Body(body) => body.kind(),
            ErrorKind::Check(check) => check.io_kind(),
            kind => kind.said().map_or(io::ErrorKind::Other, io::Error::kind),
        }
    }
}

/// What is the same of all that the system said to the rules.
fn shared<T: PartialEq>(rules: &[RuleError], part: impl Fn(&io::Error) -> T) -> Option<T> {
    let mut parts = rules.iter().map(|rule| part(&rule.source));
    let first = parts.next()?;
    parts.all(|part| part == first).then_some(first)
}

impl ErrorKind {
    /// What the system said to the one thing that failed.
    fn said(&self) -> Option<&io::Error> {
        match self {
            ErrorKind::System { source, .. } | ErrorKind::Program { source, .. } => Some(source),
            #[cfg(feature = "process")]
            ErrorKind::Again { source, .. } => Some(source),
            ErrorKind::Check(CheckError::Unreached { source, .. }) => Some(source),
            _ => None,
        }
    }
}

/// For who runs the program; `{:#}` is for who writes it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_of_the_body = match &*self.kind {
            #[cfg(feature = "process")]
            ErrorKind::Body(_) => true,
            _ => false,
        };
        if f.alternate() && !is_of_the_body {
            write!(f, "{}: ", self.site)?;
        }
        let says_what_failed = match &*self.kind {
            #[cfg(feature = "process")]
            ErrorKind::Body(_) | ErrorKind::Process(_) => true,
            ErrorKind::Check(_) => true,
            // Whoever named the path knows what it is for.
            ErrorKind::Rules(_) => !f.alternate(),
            _ => false,
        };
        if !says_what_failed {
            f.write_str("the sandbox was not applied: ")?;
        }
        self.kind.fmt(f)
    }
}

/// The text for who writes the program, not the fields: this is what a `main` that returns the error prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl std::error::Error for Error {}

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
            ErrorKind::Program { program, source, null_denied } => {
                write!(f, "executing {program:?}")?;
                if *null_denied {
                    f.write_str(", or opening /dev/null for its streams")?;
                }
                write!(f, ": {source}")?;
                match source.kind() {
                    io::ErrorKind::PermissionDenied if *null_denied => advise(
                        f,
                        format_args!(
                            "grant `read_write` on /dev/null, or `exec` on the program and its interpreter, which grants that, too"
                        ),
                    ),
                    io::ErrorKind::PermissionDenied => {
                        advise(f, format_args!("`exec` must grant it, and its interpreter"))
                    }
                    _ => Ok(()),
                }
            }
            #[cfg(feature = "process")]
            ErrorKind::Again { source, proc_missing } => {
                write!(f, "executing this program again: {source}")?;
                match source.kind() {
                    _ if *proc_missing => {
                        f.write_str(": /proc, by which it finds itself, is missing")?;
                        advise(f, format_args!("mount it"))
                    }
                    io::ErrorKind::PermissionDenied => advise(
                        f,
                        format_args!(
                            "its sandbox must let it execute itself (`include = [presets::self_exe(), \
                             presets::shared_libs()]`), or it must call `landlock_runtime::prestart()` before it is restricted"
                        ),
                    ),
                    _ => Ok(()),
                }
            }
            ErrorKind::System { call, source } => write!(f, "{call}: {source}"),
        }
    }
}

/// One line; in `{:#}` one for each.
fn list(f: &mut fmt::Formatter<'_>, head: fmt::Arguments<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    let (mut separator, next) = if f.alternate() { ("\n  ", "\n  ") } else { ("", "; ") };
    if f.alternate() {
        write!(f, "{head}:")?;
    }
    for item in items {
        f.write_str(separator)?;
        item.fmt(f)?;
        separator = next;
    }
    Ok(())
}

impl fmt::Display for RequireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let abi = match &self.abi {
            Err(reason) => {
                write!(f, "{reason}")?;
                let advice = "; to run without a sandbox here, write `require = none`";
                return f.write_str(if f.alternate() { advice } else { "" });
            }
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
        advise(f, format_args!("require less, or run it where there is more"))
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
            PlaceError::WouldEscape { uncounted } => {
                f.write_str(
                    "this thread holds a layer that the thread or the process which would run the call lacks, or may lack, \
                     so the call would escape it: run it on a fresh thread (`isolate = thread`)",
                )?;
                uncounted.as_ref().map_or(Ok(()), |error| write!(f, "; its layers could not be counted: {error}"))
            }
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
