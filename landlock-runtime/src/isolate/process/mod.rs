//! `isolate = process`: a call in a restricted child process, of all places the only boundary against code execution.
//!
//! The program executes itself again. A hook in this crate takes over before `main` (`image`, `serve`), proves that it was
//! called by its parent, restricts itself with the ruleset that the parent has built (`start`), and runs bodies: the parent
//! names each by its place in the program, which is the same in both (`image`). Arguments and values cross over a socket
//! (`channel`, `message`, `argument`, `as_they_are`, `reply`, `choice`, `outcome`); the parent hears what the child says and how it ends (`child`,
//! `worker`). Workers that are used again: `workers`. A program that may no longer execute itself has a `launcher`.
//!
//! `procspawn` was weighed and left: it wants a call at the start of `main`, so that a library could not use it by itself and
//! constructors and `main` up to there run in every child; it finds functions by their offset without asking who asks, passes
//! no descriptors, sets no ruleset, and brings `ipc-channel` and more.

mod argument;
mod as_they_are;
mod choice;
mod describe;
mod limits;
mod message;
mod outcome;
mod refused;
mod reply;
mod workers;

#[cfg(target_os = "linux")]
mod channel;
#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod image;
#[cfg(target_os = "linux")]
mod launcher;
#[cfg(target_os = "linux")]
mod raw;
#[cfg(target_os = "linux")]
mod serve;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod worker;

#[cfg(all(test, target_os = "linux"))]
mod tests;

// Tests compile it on Linux, too: no machine need have another system's toolchain.
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", allow(dead_code))]
mod other;
#[cfg(not(target_os = "linux"))]
use other as image;
#[cfg(not(target_os = "linux"))]
use other as launcher;
#[cfg(not(target_os = "linux"))]
use other as worker;

pub use argument::Crossing;
pub use choice::{TypeOf, choices};
pub use outcome::{called_by_a_worker, in_a_worker};
pub use reply::Reply;
pub use workers::Workers;
#[cfg(feature = "testing")]
pub(crate) use {argument::Borrowed, reply::Whole};

use crate::error::{Error, ErrorKind};
use crate::failure::ProcessError;
use crate::policy::Policy;
use crate::site::Site;
use image::Entry;
use limits::{Limits, limits};
use message::Message;
use std::marker::PhantomData;
use worker::{Answered, Unread, Worker};

/// A fresh process for each call.
pub struct Process {
    limits: Limits,
}

limits!(Process);

impl Process {
    /// Without limits.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an expansion calls it")]
    pub const fn new() -> Process {
        Process { limits: Limits::NONE }
    }

    /// Runs a body in a process that is restricted by this policy, and then gone.
    ///
    /// # Errors
    ///
    /// As [`Policy::restrict_process`]; a process that cannot be started, or ends without a value.
    pub fn run<A, R, F>(
        self,
        site: Site,
        policy: Policy,
        arguments: A,
        reply: PhantomData<R>,
        body: F,
    ) -> Result<R::Value, Error>
    where
        A: Crossing,
        R: Reply,
        F: for<'x> Fn(A::Lent<'x>) -> R::Value + Copy,
    {
        let worker = Worker::start(policy, self.limits, true, site)?;
        let call = call(arguments, reply, body).map_err(|kind| Error::new(site, kind))?;
        match worker.call::<R>(&call, site) {
            Ok(Answered { outcome, .. }) => outcome,
            Err(Unread(worker)) => Err(worker.never_began(site)),
        }
    }
}

/// The message that names a body and holds its arguments.
fn call<A, R, F>(arguments: A, _: PhantomData<R>, _: F) -> Result<Message, ErrorKind>
where
    A: Crossing,
    R: Reply,
    F: for<'x> Fn(A::Lent<'x>) -> R::Value + Copy,
{
    let entry: Entry = outcome::entry::<A, R, F>;
    let place = image::place_of(entry);
    let place = place.map_err(unstartable)?;
    let written = Message::of(&place).and_then(|mut message| arguments.write(&mut message).map(|()| message));
    written.map_err(|what| ErrorKind::Process(ProcessError::Crossing { what: what.to_string() }))
}

/// Why this program cannot be its own child.
fn unstartable(reason: &'static str) -> ErrorKind {
    ErrorKind::Process(ProcessError::CannotStart { reason })
}

/// Starts, before the program is restricted, a process that will start the workers of `isolate = process` for it.
///
/// Such a worker is an execution of this program. A sandbox that does not let the program execute itself
/// ([`presets::self_exe`](crate::presets::self_exe)) would make it an error, unless this was called before. The process runs
/// no code of the program, and ends with it. The workers that it starts are restricted by the policy of their function, and
/// not by what the program puts on itself later. To call it again does nothing.
///
/// That is a way out for whoever takes the program over: the process does not restrict the workers, it is the program that
/// tells them how. And it keeps the user and the rights that it was started with, as do its workers, also where the program
/// gives its own up later. Where the program's own sandbox is to hold against code execution, grant `self_exe` instead.
///
/// ```
/// landlock_runtime::prestart()?;
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
///
/// # Errors
///
/// The program cannot be executed again, or the hook that takes over before `main` is not in it.
#[track_caller]
pub fn prestart() -> Result<(), Error> {
    let site = Site::caller();
    launcher::prestart(site)
}
