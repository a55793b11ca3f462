//! `isolate = process(reuse)`: workers that stay, for calls whose policy does not depend on their arguments. Each serves one
//! call at a time; one that died, panicked or has served its calls is replaced.

use super::argument::Crossing;
use super::limits::{Limits, limits};
use super::reply::Reply;
use super::worker::{Answered, Unread, Worker};
use crate::error::Error;
use crate::policy::Policy;
use crate::site::Site;
use std::marker::PhantomData;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// The workers of one site.
pub struct Workers {
    policy: fn() -> Policy,
    limits: Limits,
    most: Option<usize>,
    max_calls: Option<u32>,
    state: Mutex<State>,
    changed: Condvar,
}

limits!(Workers);

struct State {
    idle: Vec<Served>,
    busy: usize,
}

/// A worker, with the calls that it has served.
struct Served {
    worker: Worker,
    calls: u32,
}

impl Workers {
    /// None yet.
    #[must_use]
    pub const fn new(policy: fn() -> Policy) -> Workers {
        Workers {
            policy,
            limits: Limits::NONE,
            most: None,
            max_calls: None,
            state: Mutex::new(State { idle: Vec::new(), busy: 0 }),
            changed: Condvar::new(),
        }
    }

    /// How many at most; as many as there are CPUs, where nothing is said.
    #[must_use]
    pub const fn workers(mut self, most: usize) -> Workers {
        self.most = Some(most);
        self
    }

    /// After how many calls a worker is replaced.
    #[must_use]
    pub const fn max_calls(mut self, calls: u32) -> Workers {
        self.max_calls = Some(calls);
        self
    }

    /// Runs a body in a worker; waits while all are busy.
    ///
    /// # Errors
    ///
    /// As those of a fresh process.
    pub fn run<A, R, F>(&self, site: Site, arguments: A, reply: PhantomData<R>, body: F) -> Result<R::Value, Error>
    where
        A: Crossing,
        R: Reply,
        F: for<'x> Fn(A::Lent<'x>) -> R::Value + Copy,
    {
        let call = super::call(arguments, reply, body).map_err(|kind| Error::new(site, kind))?;
        let mut turn = self.turn();
        loop {
            let kept = turn.kept.take();
            let is_fresh = kept.is_none();
            let Served { worker, calls } = match kept {
                Some(served) => served,
                None => Served { worker: Worker::start((self.policy)(), self.limits, false, site)?, calls: 0 },
            };
            match worker.call::<R>(&call, site) {
                Ok(Answered { outcome, worker }) => {
                    let calls = calls + 1;
                    let last = self.max_calls.is_some_and(|most| calls >= most);
                    let worker = worker.filter(|worker| !last && worker.has_known_layers());
                    turn.kept = worker.map(|worker| Served { worker, calls });
                    return outcome;
                }
                Err(Unread(worker)) if is_fresh => return Err(worker.never_began(site)),
                // It died while nobody used it: the call has not begun.
                Err(Unread(_)) => {}
            }
        }
    }

    /// Waits until fewer than all are busy, and takes one that is idle.
    fn turn(&self) -> Turn<'_> {
        let most = self.most.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state =
            self.changed.wait_while(state, |state| state.busy >= most).unwrap_or_else(PoisonError::into_inner);
        state.busy += 1;
        let fitting = state.idle.iter().rposition(|served| served.worker.fits_this_thread());
        let kept = fitting.map(|at| state.idle.remove(at));
        // Where there are all that there may be, one that does not fit makes room.
        let makes_room = kept.is_none() && state.busy + state.idle.len() > most;
        let surplus = makes_room.then(|| state.idle.remove(0));
        drop(state);
        drop(surplus);
        Turn { workers: self, kept }
    }
}

/// A call's right to a worker, which it gives back.
struct Turn<'w> {
    workers: &'w Workers,
    kept: Option<Served>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.workers.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.busy -= 1;
        state.idle.extend(self.kept.take());
        drop(state);
        self.workers.changed.notify_one();
    }
}
