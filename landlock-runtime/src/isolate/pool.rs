//! `isolate = pool`: threads that are restricted once and stay so, for calls whose policy does not depend on their arguments.
//!
//! The pool is that of `rayon-core`, whose `install` lets a call borrow. Its threads are started by one that has been
//! restricted and has closed the ruleset: each inherits the domain, none uses a layer, and no descriptor is left to widen.

use super::{STACK, run_on_fresh_thread};
use crate::error::{Error, ErrorKind, PlaceError};
use crate::layers::Inheritance;
use crate::policy::Policy;
use crate::site::Site;
use once_cell::sync::OnceCell;
use rayon_core::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};
use std::io;
use std::thread;

/// The threads of one site, which its first call starts.
pub struct Pool {
    policy: fn() -> Policy,
    workers: Option<usize>,
    stack: usize,
    started: OnceCell<Started>,
}

struct Started {
    threads: ThreadPool,
    /// What its threads have inherited.
    passed_on: Inheritance,
}

impl Pool {
    /// None yet.
    #[must_use]
    pub const fn new(policy: fn() -> Policy) -> Pool {
        Pool { policy, workers: None, stack: STACK, started: OnceCell::new() }
    }

    /// How many; as many as there are CPUs, where nothing is said.
    #[must_use]
    pub const fn workers(mut self, workers: usize) -> Pool {
        self.workers = Some(workers);
        self
    }

    /// The stack of each, in bytes.
    #[must_use]
    pub const fn stack(mut self, stack: usize) -> Pool {
        self.stack = stack;
        self
    }

    /// Runs `body` on one of them, and waits for it. On one of them already, it runs there.
    ///
    /// # Errors
    ///
    /// As [`Policy::run`], at the first call; and from a thread with layers that the pool lacks.
    #[rustfmt::skip] // rustc shows the line of a bound that is not met: the way out stands on it.
    pub fn run<T, F>(&self, site: Site, body: F) -> Result<T, Error>
    where
        F: FnOnce() -> T + Send, // not Send? `#[sandbox(isolate = in_place, …)]` runs the body on the calling thread
        T: Send, // the value goes back to the calling thread
    {
        let started = self.started.get_or_try_init(|| self.start(site))?;
        if started.passed_on.would_be_escape() {
            return Err(Error::new(site, ErrorKind::Place(PlaceError::WouldEscape)));
        }
        Ok(started.threads.install(body))
    }

    fn start(&self, site: Site) -> Result<Started, Error> {
        let start = || {
            let passed_on = Inheritance::of_this_thread();
            let name = site.function().unwrap_or("sandbox").to_owned();
            let builder = ThreadPoolBuilder::new().num_threads(self.workers.unwrap_or(0)).stack_size(self.stack);
            let builder = builder.thread_name(move |worker| format!("{name} {worker}"));
            let threads = builder.spawn_handler(|worker| start_worker(worker, passed_on.clone())).build();
            threads.map(|threads| Started { threads, passed_on }).map_err(io::Error::other)
        };
        run_on_fresh_thread((self.policy)(), site, STACK, start)?
            .map_err(|source| Error::new(site, ErrorKind::System { call: "starting the threads of the pool", source }))
    }
}

fn start_worker(worker: ThreadBuilder, inherited: Inheritance) -> io::Result<()> {
    let mut thread = thread::Builder::new();
    if let Some(name) = worker.name() {
        thread = thread.name(name.to_owned());
    }
    if let Some(stack) = worker.stack_size() {
        thread = thread.stack_size(stack);
    }
    let run = move || {
        inherited.take();
        worker.run();
    };
    thread.spawn(run).map(drop)
}
