//! A worker of this process: restricted, and ready for a call.

use super::channel::{Channel, Stop};
use super::child::{self, Ear, Started, Until};
use super::launcher::{self, Launched};
use super::limits::Limits;
use super::message::{Message, Reader};
use super::reply::Reply;
use super::start::{Restriction, Role, Start, executable};
use super::{image, outcome, unstartable};
use crate::error::{Error, ErrorKind};
use crate::failure::ProcessError;
use crate::layers::{self, Layer};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::site::Site;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Worker {
    channel: Channel,
    ear: Ear,
    process: Option<Process>,
    /// Those that it has from the thread that started it; none where that thread held others, which nobody knows.
    layers: Option<Vec<Arc<Layer>>>,
    limits: Limits,
}

/// By whom it was started.
#[derive(Debug)]
enum Process {
    Own(Child),
    Launched(u32),
}

impl Process {
    fn end(self, at_once: bool) -> io::Result<ExitStatus> {
        match self {
            Process::Own(mut child) => child::end(&mut child, at_once),
            Process::Launched(pid) => launcher::end(pid, at_once),
        }
    }
}

/// What became of a call.
pub(super) struct Answered<T> {
    pub(super) outcome: Result<T, Error>,
    /// The worker, if it can serve another call.
    pub(super) worker: Option<Worker>,
}

/// A worker that was gone before it could begin a call.
pub(super) struct Unread(pub(super) Box<Worker>);

impl Worker {
    /// Builds the ruleset, and starts a process that restricts itself with it.
    pub(super) fn start(policy: Policy, limits: Limits, once: bool, site: Site) -> Result<Worker, Error> {
        let failed = |kind| Error::new(site, kind);
        image::can_be_found().map_err(|reason| failed(unstartable(reason)))?;
        let plan = Plan::for_child(policy, true, site);
        let (ruleset, own, options) = plan.and_then(Plan::hand_over).map_err(failed)?;
        let restriction = Restriction { ruleset, own, options, limits, once };
        Worker::executed(restriction).map_err(|source| failed(child::not_executed(source)))
    }

    fn executed(restriction: Restriction) -> io::Result<Worker> {
        let limits = restriction.limits;
        // The launcher's children are without the layers of this thread.
        let unknown = layers::holds_unknown();
        let launched = if !unknown && layers::of_this_thread().is_empty() { launcher::start() } else { None };
        let (process, nonce, channel, stderr) = match launched {
            Some(launched) => {
                let Launched { pid, nonce, channel, stderr } = launched?;
                (Process::Launched(pid), nonce, channel, Some(stderr))
            }
            None => {
                let Started { child, nonce, channel, stderr } = child::start(Stdio::piped())?;
                (Process::Own(child), nonce, channel, stderr)
            }
        };
        let layers = (!unknown).then(layers::all);
        let (channel, ear) = (Channel::new(channel), Ear::new(stderr));
        // From here on an error ends the process.
        let mut worker = Worker { channel, ear, process: Some(process), layers, limits };
        worker.ear.never_waits()?;
        let start = Start { nonce, executable: executable()?, role: Role::Worker(restriction) };
        let start = start.write().map_err(io::Error::other)?;
        // If it is gone already, the first call finds out, and hears its last words.
        let sent = worker.channel.send(&start, &mut Until { ear: &mut worker.ear, deadline: None });
        match sent {
            Err(Stop::Failed(error)) => Err(error),
            _ => Ok(worker),
        }
    }

    /// Makes a call and waits for its outcome.
    pub(super) fn call<R: Reply>(mut self, call: &Message, site: Site) -> Result<Answered<R::Value>, Unread> {
        self.ear.forget();
        let deadline = self.limits.timeout.map(|limit| Instant::now() + Duration::from_millis(limit));
        let mut until = Until { ear: &mut self.ear, deadline };
        let sent = self.channel.send(call, &mut until);
        let unsent = matches!(sent, Err(Stop::Gone { .. }));
        // One that could not restrict itself says so before it goes.
        let replied = match sent {
            Ok(()) | Err(Stop::Gone { .. }) => self.channel.receive(&mut until),
            Err(stop) => Err(stop),
        };
        match replied {
            Ok((bytes, descriptors)) => {
                let reusable = outcome::leaves_the_child_as_it_was(bytes);
                let outcome = outcome::read::<R>(&mut Reader::new(bytes, descriptors), site);
                self.channel.forget();
                Ok(Answered { outcome, worker: reusable.then_some(self) })
            }
            Err(Stop::Gone { unread }) if unread || unsent => Err(Unread(Box::new(self))),
            Err(stop) => Ok(Answered { outcome: Err(Error::new(site, self.post_mortem(stop))), worker: None }),
        }
    }

    /// How the worker ended before it began.
    pub(super) fn never_began(mut self, site: Site) -> Error {
        Error::new(site, self.post_mortem(Stop::Gone { unread: true }))
    }

    /// How the worker ended without a reply.
    fn post_mortem(&mut self, stop: Stop) -> ErrorKind {
        let (timed_out, failed) = match stop {
            Stop::TimedOut => (self.limits.timeout, None),
            Stop::Gone { .. } => (None, None),
            Stop::Failed(error) => (None, Some(error)),
        };
        let at_once = timed_out.is_some() || failed.is_some();
        let ended = self.process.take().map(|process| process.end(at_once));
        let last_words = self.ear.last_words();
        if let Some(source) = failed {
            return ErrorKind::System { call: "talking to the process of the call", source };
        }
        if let Some(limit) = timed_out {
            return ErrorKind::Process(ProcessError::TimedOut { limit: Duration::from_millis(limit), last_words });
        }
        match ended {
            Some(Ok(status)) => ErrorKind::Process(death(status, self.limits.memory, last_words)),
            Some(Err(source)) => ErrorKind::System { call: "waiting for the process of the call", source },
            None => unreachable!("a worker that has ended makes no call"),
        }
    }

    /// Whether it holds the layers of the calling thread, and no others. One of the launcher is not to hold those of the
    /// process, and has none of a thread.
    pub(super) fn fits_this_thread(&self) -> bool {
        let fits = match (&self.process, &self.layers) {
            (Some(Process::Launched(_)), _) => layers::of_this_thread().is_empty(),
            (_, Some(layers)) => layers::are_those_of_this_thread(layers),
            (_, None) => false,
        };
        fits && !layers::holds_unknown()
    }

    /// Whether it can fit any thread.
    pub(super) fn has_known_layers(&self) -> bool {
        self.layers.is_some()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            // There will be no call, so it ends; if it does not, it is killed.
            let _ = rustix::net::shutdown(&self.channel, rustix::net::Shutdown::Both);
            let _ = process.end(false);
            self.ear.listen();
        }
    }
}

/// What `std` says when it cannot allocate, before it aborts.
const NO_MEMORY: &str = "memory allocation of ";

fn death(status: ExitStatus, memory: Option<u64>, last_words: String) -> ProcessError {
    let crashes = [libc::SIGSEGV, libc::SIGABRT, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGSYS, libc::SIGTRAP];
    match (status.signal(), memory) {
        (Some(libc::SIGABRT), Some(limit)) if last_words.contains(NO_MEMORY) => {
            ProcessError::OutOfMemory { limit, last_words }
        }
        (Some(signal), _) if crashes.contains(&signal) => ProcessError::Crashed { signal, last_words },
        (Some(signal), _) => ProcessError::Killed { signal, last_words },
        (None, _) => ProcessError::Exited { code: status.code().unwrap_or_default(), last_words },
    }
}
