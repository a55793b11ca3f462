//! `isolate = pool`: threads that are restricted once and stay so, for calls whose policy does not depend on their arguments.
//!
//! Each thread is a pool of `rayon-core` of its own, whose `install` lets a call borrow: what a body does in parallel stays on its
//! thread, and no other call runs on top of it. The threads are started by one that has been restricted and has closed the
//! ruleset: each inherits the domain, none uses a layer, and no descriptor is left to widen.

use super::returned::ComesBack;
use super::{STACK, run_on_fresh_thread};
use crate::error::{Error, ErrorKind};
use crate::layers::{self, Inheritance};
use crate::policy::Policy;
use crate::site::Site;
use rayon_core::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

/// The threads of one site, which its first call starts. A caller that is restricted by itself has its own.
pub struct Pool {
    policy: fn() -> Policy,
    workers: Option<usize>,
    stack: usize,
    started: Mutex<Vec<Arc<Workers>>>,
}

/// For how many callers that are restricted by themselves threads are kept.
const MOST: usize = 8;

impl Pool {
    /// None yet.
    #[must_use]
    pub const fn new(policy: fn() -> Policy) -> Pool {
        Pool { policy, workers: None, stack: STACK, started: Mutex::new(Vec::new()) }
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
    /// As [`Policy::run`], at the first call; and from a thread with layers that nobody knows.
    #[rustfmt::skip] // rustc shows the line of a bound that is not met: the way out stands on it.
    pub fn run<T, F>(&self, site: Site, body: F) -> Result<T, Error>
    where
        F: FnOnce() -> T + Send, // not Send? Make it in the body, or pass `Arc` for `Rc` (`in_place` restricts its thread for good)
        T: ComesBack,
    {
        if layers::is_shared_thread() && self.all().iter().any(|workers| workers.have_this_thread()) {
            return Ok(body());
        }
        if layers::holds_unknown() {
            return Err(Error::new(site, layers::would_escape()));
        }
        Ok(self.workers_for_this_thread(site)?.run(body))
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Workers>>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that hold the layers of the calling thread, no others, and that of the pool.
    fn workers_for_this_thread(&self, site: Site) -> Result<Arc<Workers>, Error> {
        let mut all = self.all();
        // One whose body has executed something, and could not, may be restricted for good.
        all.retain(|workers| workers.execs == layers::execs());
        let found = all.iter().position(|workers| workers.under.is_of_this_thread());
        let workers = match found {
            Some(at) => all.remove(at),
            None => Arc::new(self.start(site)?),
        };
        // The last used stand at the end.
        all.push(Arc::clone(&workers));
        let surplus = (all.len() > MOST).then(|| all.remove(0));
        drop(all);
        // If calls are under way there, they come to their end.
        drop(surplus);
        Ok(workers)
    }

    fn start(&self, site: Site) -> Result<Workers, Error> {
        let (under, execs) = (Inheritance::of_this_thread(), layers::execs());
        let count = self.workers.or_else(|| thread::available_parallelism().ok().map(NonZero::get)).unwrap_or(1);
        let start = || {
            let (passed_on, name) = (Inheritance::of_this_thread(), site.function().unwrap_or("sandbox"));
            let start = |worker| {
                let builder = ThreadPoolBuilder::new().num_threads(1).stack_size(self.stack);
                let builder = builder.thread_name(move |_| format!("{name} {worker}"));
                builder.spawn_handler(|thread| start_thread(thread, passed_on.clone())).build()
            };
            (0..count).map(start).collect::<Result<Vec<_>, _>>().map_err(io::Error::other)
        };
        let threads = run_on_fresh_thread((self.policy)(), site, STACK, start)?.map_err(|source| {
            Error::new(site, ErrorKind::System { call: "starting the threads of the pool", source })
        })?;
        let idle = Mutex::new((0..threads.len()).collect());
        Ok(Workers { under, execs, idle, became_idle: Condvar::new(), threads })
    }
}

/// Threads that hold the same layers.
struct Workers {
    /// What the caller held that started them.
    under: Inheritance,
    /// How many times a thread of this process had restricted itself for a program in its place.
    execs: usize,
    threads: Vec<ThreadPool>,
    /// By their place among the threads, the last that became so at the end.
    idle: Mutex<Vec<usize>>,
    became_idle: Condvar,
}

impl Workers {
    fn have_this_thread(&self) -> bool {
        self.threads.iter().any(|thread| thread.current_thread_index().is_some())
    }

    fn run<T: Send>(&self, body: impl FnOnce() -> T + Send) -> T {
        let turn = Turn { workers: self, at: self.take_idle() };
        self.threads[turn.at].install(body)
    }

    /// Waits while all are busy.
    fn take_idle(&self) -> usize {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(at) = idle.pop() {
                return at;
            }
            idle = self.became_idle.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A call's right to a thread, which it gives back, also when its body panics.
struct Turn<'w> {
    workers: &'w Workers,
    at: usize,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.workers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(self.at);
        self.workers.became_idle.notify_one();
    }
}

fn start_thread(worker: ThreadBuilder, inherited: Inheritance) -> io::Result<()> {
    let mut thread = thread::Builder::new();
    if let Some(name) = worker.name() {
        thread = thread.name(name.to_owned());
    }
    if let Some(stack) = worker.stack_size() {
        thread = thread.stack_size(stack);
    }
    let run = move || {
        inherited.take();
        layers::share_thread();
        worker.run();
    };
    thread.spawn(run).map(drop)
}
