//! An operation, run outside and inside a sandbox: what comes in is the policy and the operation, with its text for the
//! message; what leaves is nothing, or a panic at the line of the caller.

use crate::enforcement::Enforcement;
use crate::error::Error;
use crate::isolate::{STACK, run_with_report};
use crate::policy::Policy;
use crate::site::Site;
use std::error::Error as StdError;
use std::io;

#[macro_export]
#[doc(hidden)]
macro_rules! __assert_denied {
    ($policy:expr, |$round:pat_param| $operation:expr $(,)?) => {
        $crate::__private::denied(&$policy, ::core::stringify!($operation), |$round| $operation)
    };
    ($policy:expr, $operation:expr $(,)?) => {
        $crate::__private::denied(&$policy, ::core::stringify!($operation), |_| $operation)
    };
}

#[macro_export]
#[doc(hidden)]
macro_rules! __assert_allowed {
    ($policy:expr, |$round:pat_param| $operation:expr $(,)?) => {
        $crate::__private::allowed(&$policy, ::core::stringify!($operation), |$round| $operation)
    };
    ($policy:expr, $operation:expr $(,)?) => {
        $crate::__private::allowed(&$policy, ::core::stringify!($operation), |_| $operation)
    };
}

/// Asserts that a policy denies an operation, which works without it: `assert_denied!(policy, operation)`.
///
/// The operation is an expression that gives a `Result`. It is run twice: first outside the sandbox, where it must succeed,
/// for what fails anyway proves nothing; then on a fresh thread that the policy restricts, where it must fail with an
/// errno by which Landlock denies: `EACCES`, for signals and abstract sockets `EPERM`, for renames and links across directories
/// `EXDEV`. The error is an [`io::Error`](std::io::Error), or has one in it.
///
/// An operation that uses something up, and could not be run twice, is a closure that takes the number of the round: 0
/// outside, 1 inside.
///
/// ```
/// use landlock_runtime::{Policy, testing::assert_denied};
/// use std::fs::{self, File};
///
/// let directory = std::env::temp_dir().join(format!("assert-denied-{}", std::process::id()));
/// fs::create_dir(&directory)?;
/// let policy = Policy::new().read(&directory);
/// assert_denied!(policy, File::open("/etc/passwd"));
/// assert_denied!(policy, |round| File::create(directory.join(format!("new-{round}"))));
/// # fs::remove_dir_all(&directory)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Panics
///
/// The operation fails outside, or it succeeds inside, or it fails there with another errno; the sandbox cannot be applied. Where
/// this kernel does not enforce all of the policy, the message of a success inside says what is missing:
/// [`require_abi`](crate::testing::require_abi) skips a test there.
pub use __assert_denied as assert_denied;

/// Asserts that a policy allows an operation: `assert_allowed!(policy, operation)`.
///
/// The operation is run outside, where it must succeed, and then inside, as by
/// [`assert_denied!`](crate::testing::assert_denied); and must succeed there, too.
///
/// ```
/// use landlock_runtime::{Policy, testing::assert_allowed};
/// use std::fs::{self, File};
///
/// let directory = std::env::temp_dir().join(format!("assert-allowed-{}", std::process::id()));
/// fs::create_dir(&directory)?;
/// let policy = Policy::new().read("/usr").write(&directory);
/// assert_allowed!(policy, fs::read_dir("/usr"));
/// assert_allowed!(policy, |round| File::create(directory.join(format!("new-{round}"))));
/// # fs::remove_dir_all(&directory)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Panics
///
/// The operation fails, outside or inside; the sandbox cannot be applied.
pub use __assert_allowed as assert_allowed;

/// What came of an operation.
enum Outcome {
    Succeeded,
    /// With an errno by which Landlock denies.
    Denied(String),
    Failed(String),
}

/// See [`assert_denied!`].
#[track_caller]
pub fn denied<T, E>(policy: &Policy, text: &str, operation: impl FnMut(u32) -> Result<T, E> + Send)
where
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    let judge = |(inside, enforcement): (Outcome, Enforcement)| match inside {
        Outcome::Denied(error) if enforcement.enforced().is_empty() => {
            Err(format!("it failed inside, though nothing denies it: {error}\n  {policy}\n  {enforcement}"))
        }
        Outcome::Denied(_) => Ok(()),
        Outcome::Succeeded => Err(format!("it succeeded inside\n  {policy}\n  {enforcement}")),
        Outcome::Failed(error) => Err(format!(
            "it failed inside with another error than Landlock's (EACCES, EPERM, EXDEV): {error}\n  {policy}"
        )),
    };
    if let Err(why) = run(policy, Site::caller(), operation).and_then(judge) {
        panic!("assert_denied!(…, {text}): {why}");
    }
}

/// See [`assert_allowed!`].
#[track_caller]
pub fn allowed<T, E>(policy: &Policy, text: &str, operation: impl FnMut(u32) -> Result<T, E> + Send)
where
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    let judge = |(inside, _)| match inside {
        Outcome::Succeeded => Ok(()),
        Outcome::Denied(error) => Err(format!("it was denied inside: {error}\n  {policy}")),
        Outcome::Failed(error) => Err(format!("it failed inside: {error}\n  {policy}")),
    };
    if let Err(why) = run(policy, Site::caller(), operation).and_then(judge) {
        panic!("assert_allowed!(…, {text}): {why}");
    }
}

/// Both rounds: what came of the one inside, and what was enforced there.
fn run<T, E>(
    policy: &Policy,
    site: Site,
    mut operation: impl FnMut(u32) -> Result<T, E> + Send,
) -> Result<(Outcome, Enforcement), String>
where
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    const OUTSIDE: u32 = 0;
    const INSIDE: u32 = 1;
    if let Err(error) = operation(OUTSIDE) {
        return Err(format!(
            "it fails outside the sandbox already, so inside it would prove nothing: {}",
            error.into()
        ));
    }
    run_with_report(policy.clone(), site, STACK, |enforcement| (Outcome::of(operation(INSIDE)), enforcement))
        .map_err(|error| format!("{error:#}"))
}

impl Outcome {
    fn of<T, E: Into<Box<dyn StdError + Send + Sync>>>(result: Result<T, E>) -> Outcome {
        let Err(error) = result else { return Outcome::Succeeded };
        let error = error.into();
        match of_the_system(&*error) {
            Some(io::ErrorKind::PermissionDenied | io::ErrorKind::CrossesDevices) => Outcome::Denied(error.to_string()),
            _ => Outcome::Failed(error.to_string()),
        }
    }
}

/// The kind of the error with an errno that this one is, or came from.
fn of_the_system(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.raw_os_error().is_some()) {
            return io.map(io::Error::kind);
        }
        if let Some(error) = error.downcast_ref::<Error>() {
            return error.raw_os_error().map(|_| error.io_kind());
        }
        // What an `io::Error` wraps is not its source.
        let wrapped = io.and_then(io::Error::get_ref).map(|wrapped| wrapped as &(dyn StdError + 'static));
        next = wrapped.or_else(|| error.source());
    }
    None
}
