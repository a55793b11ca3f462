//! Where a policy is enforced: on the process, on the calling thread, on a thread started for one call, at once or prepared
//! before; and on child programs.

mod command;
mod lend;
mod prepared;
pub mod returned;
mod zygote;

pub use command::StartsProgram;
pub use prepared::Prepared;

#[cfg(feature = "pool")]
pub(crate) mod pool;
#[cfg(feature = "process")]
pub(crate) mod process;

use crate::enforcement::{Enforcement, Place, enforce};
use crate::error::{Error, ErrorKind};
use crate::layers::{self, Inheritance};
use crate::policy::Policy;
use crate::site::Site;
use std::panic::resume_unwind;
use std::{io, thread};

/// The stack of a fresh thread where nothing else is said: that of a main thread, because deep parsers overflow the 2 MiB
/// of `std`.
pub(crate) const STACK: usize = 8 << 20;

/// Enforcement. None of this can be undone.
impl Policy {
    /// Restricts every thread of the process, for good.
    ///
    /// # Errors
    ///
    /// Missing paths (all of them in one error), paths that cannot be reached, what the policy requires and the kernel
    /// lacks, a 17th layer; below ABI 8, other threads that run already, for they would stay free; and from ABI 8 on, other
    /// threads that this library has restricted, for the kernel would replace their layers by those of the calling thread.
    ///
    /// # Enforcement
    ///
    /// From ABI 8 on (Linux 7.0) all threads at once. Below, the calling thread and all that it starts, after a look at the
    /// thread count.
    #[inline]
    #[track_caller]
    pub fn restrict_process(&self) -> Result<Enforcement, Error> {
        enforce(self.clone(), Place::Process, Site::caller())
    }

    /// Restricts the calling thread, and all that it starts from now on, for good. Other threads stay as they are.
    ///
    /// # Errors
    ///
    /// As [`restrict_process`](Policy::restrict_process); and on the main thread, where it would silently sandbox the rest
    /// of the program.
    #[inline]
    #[track_caller]
    pub fn restrict_thread(&self) -> Result<Enforcement, Error> {
        restrict_this_thread(self.clone(), Site::caller())
    }

    /// Runs `body` on a fresh thread that is restricted, and waits for it. The caller stays as it is.
    ///
    /// It binds the code on that thread and what it starts; not work handed to threads that run already, such as a global
    /// pool. Threads share their memory: against code execution a thread is no boundary.
    ///
    /// ```
    /// use landlock_runtime::Policy;
    ///
    /// let policy = Policy::new().read("/etc");
    /// let (inside, outside) = policy.run(|| (std::fs::read_dir("/etc").is_ok(), std::fs::read_dir("/usr").is_ok()))?;
    /// assert!(inside && !outside);
    /// assert!(std::fs::read_dir("/usr").is_ok(), "the caller is free");
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`restrict_process`](Policy::restrict_process), but for the threads; and a thread that cannot be started.
    ///
    /// # Panics
    ///
    /// If `body` does, with its payload.
    #[track_caller]
    pub fn run<T, F>(&self, body: F) -> Result<T, Error>
    where
        F: FnOnce() -> T + Send,
        T: Send,
    {
        run_on_fresh_thread(self.clone(), Site::caller(), STACK, body)
    }
}

/// Restricts the calling thread.
#[inline]
pub(crate) fn restrict_this_thread(policy: Policy, site: Site) -> Result<Enforcement, Error> {
    layers::before_single_threads();
    enforce(policy, Place::CallingThread, site)
}

/// Runs `body` on a scoped thread of the caller's name, restricted before the first line of it.
pub(crate) fn run_on_fresh_thread<T, F>(policy: Policy, site: Site, stack: usize, body: F) -> Result<T, Error>
where
    F: FnOnce() -> T + Send,
    T: Send,
{
    run_with_report(policy, site, stack, |_report| body())
}

/// The same; `body` gets the report.
pub(crate) fn run_with_report<T, F>(policy: Policy, site: Site, stack: usize, body: F) -> Result<T, Error>
where
    F: FnOnce(Enforcement) -> T + Send,
    T: Send,
{
    let restricted = || {
        layers::before_single_threads();
        let report = enforce(policy, Place::FreshThread, site)?;
        Ok(body(report))
    };
    on_fresh_thread(builder(stack), restricted).unwrap_or_else(|source| Err(Error::new(site, cannot_start(source))))
}

/// A thread of the caller's name.
#[inline]
pub(crate) fn builder(stack: usize) -> thread::Builder {
    let thread = thread::Builder::new().stack_size(stack);
    match thread::current().name() {
        Some(name) => thread.name(name.to_owned()),
        None => thread,
    }
}

/// Runs `body` on a scoped thread, under the layers of this one.
pub(crate) fn on_fresh_thread<T: Send>(thread: thread::Builder, body: impl FnOnce() -> T + Send) -> io::Result<T> {
    let inherited = Inheritance::of_this_thread();
    let body = || {
        inherited.take();
        body()
    };
    thread::scope(|scope| {
        let running = thread.spawn_scoped(scope, body)?;
        Ok(running.join().unwrap_or_else(|payload| resume_unwind(payload)))
    })
}

#[inline]
fn cannot_start(source: io::Error) -> ErrorKind {
    ErrorKind::System { call: "starting the thread", source }
}
