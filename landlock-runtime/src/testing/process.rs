//! A body in a restricted process of its own, by the machinery of `isolate = process`.

use crate::error::Error;
use crate::isolate::process::{Borrowed, Process, Whole};
use crate::policy::Policy;
use crate::site::Site;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::time::Duration;

/// Long for a test, and not for ever.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `body` in a child process that is restricted by this policy, and answers with what happened there: its value, or
/// the [`ProcessError`](crate::ProcessError) that says how it ended without one.
///
/// The process is this program, started anew, as with `isolate = process`: `main` does not run in it, nor the test harness. It
/// may be tested there what happens to the whole process: exits, crashes, aborts on a denial; and no other test sees what
/// it does to itself. `body` captures nothing, which is checked when it is compiled; what it needs is `arguments`, one value
/// or a tuple, or `&()`. They cross by `serde`, as does the value. After a minute it is killed: [`run_within`] takes
/// another limit. What it prints on standard error is printed here, and its end is in the error.
///
/// ```
/// use landlock_runtime::{ErrorKind, Policy, ProcessError, testing};
/// use std::{fs, path::Path};
///
/// let policy = Policy::new().read("/usr");
/// let listed = testing::run(&policy, "/usr", |directory| fs::read_dir(directory).is_ok())?;
/// let read = testing::run(&policy, Path::new("/etc/passwd"), |path| fs::read(path).map_err(|error| error.kind()).is_ok())?;
/// assert!(listed && !read);
///
/// let error = testing::run(&policy, &(), |()| -> () { std::process::exit(7) }).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Process(ProcessError::Exited { code: 7, .. })), "{error}");
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
///
/// # Errors
///
/// As [`Policy::restrict_process`]; a process that cannot be started, panics, crashes, is killed, exits, or takes longer than
/// its limit.
#[track_caller]
pub fn run<A, T, F>(policy: &Policy, arguments: &A, body: F) -> Result<T, Error>
where
    A: Serialize + ToOwned<Owned: DeserializeOwned> + ?Sized + 'static,
    T: Serialize + DeserializeOwned,
    F: for<'x> Fn(&'x A) -> T + Copy,
{
    run_within(LIMIT, policy, arguments, body)
}

/// The same as [`run`] with another limit.
///
/// ```
/// use landlock_runtime::{ErrorKind, Policy, ProcessError, testing};
/// use std::{thread, time::Duration};
///
/// let (limit, long) = (Duration::from_millis(100), Duration::from_secs(100));
/// let error = testing::run_within(limit, &Policy::new(), &long, |long| thread::sleep(*long)).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Process(ProcessError::TimedOut { .. })), "{error}");
/// ```
///
/// # Errors
///
/// As [`run`].
#[track_caller]
pub fn run_within<A, T, F>(limit: Duration, policy: &Policy, arguments: &A, body: F) -> Result<T, Error>
where
    A: Serialize + ToOwned<Owned: DeserializeOwned> + ?Sized + 'static,
    T: Serialize + DeserializeOwned,
    F: for<'x> Fn(&'x A) -> T + Copy,
{
    let limit = limit.as_millis().try_into().unwrap_or(u64::MAX);
    let process = Process::new().timeout(limit);
    process.run(Site::caller(), policy.clone(), Borrowed(arguments), PhantomData::<Whole<T>>, body)
}
