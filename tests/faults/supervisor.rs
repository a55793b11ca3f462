//! A child whose system calls are seen, one by one, from a mark on to another; and of which one can be made to fail. What
//! comes in is what the child does, and the fault; what leaves is what it called, what it said, and how it ended.

use crate::child::{Child, DEADLINE};
use crate::raw;
use crate::said::Said;
use libc::{c_int, c_long};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdGetfdFlags, WaitStatus, pidfd_getfd};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long what a child leaves may last.
const GRACE: Duration = Duration::from_secs(2);

/// Places of a [`raw::mark`].
const TAKEN: c_int = 0;
const BEGIN: c_int = 1;
const END: c_int = 2;
const FAILED: c_int = 3;
const PAUSE: c_int = 4;
const RESUME: c_int = 5;

/// Calls are seen, and may fail, while this runs.
pub(crate) fn armed<T, E>(path: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    raw::mark(BEGIN);
    let result = path();
    raw::mark(if result.is_ok() { END } else { FAILED });
    result
}

/// But not on this thread while this runs.
pub(crate) fn unseen<T>(look: impl FnOnce() -> T) -> T {
    raw::mark(PAUSE);
    let value = look();
    raw::mark(RESUME);
    value
}

/// One system call: of which task, in the order in which they came, and which of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) task: usize,
    pub(crate) index: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) place: Place,
    pub(crate) call: c_long,
    pub(crate) arguments: [u64; 6],
}

/// What a process has at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Has {
    pub(crate) descriptors: Vec<PathBuf>,
    pub(crate) threads: usize,
}

impl Has {
    /// Seen from outside, so that no sandbox hides it.
    fn of(process: Pid) -> io::Result<Has> {
        let list = |what| fs::read_dir(format!("/proc/{}/{what}", process.as_raw_nonzero()));
        let descriptors = list("fd")?.map(|descriptor| fs::read_link(descriptor?.path()));
        let mut descriptors = descriptors.collect::<io::Result<Vec<_>>>()?;
        descriptors.sort();
        let threads = list("task")?.count();
        Ok(Has { descriptors, threads })
    }
}

/// What became of a child.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) seen: Vec<Seen>,
    /// The call that was made to fail.
    pub(crate) failed: Option<Seen>,
    pub(crate) said: Said,
    /// None: it was killed at the deadline.
    pub(crate) status: Option<WaitStatus>,
    /// What it had before and after.
    pub(crate) has: [Has; 2],
    /// A process that it started outlives it.
    pub(crate) leaves_processes: bool,
}

/// What a supervisor does not look at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    /// What a task does after it has executed another program.
    pub(crate) until_executed: bool,
    /// What there is at an end without an error.
    pub(crate) keeps: bool,
    /// What there is at an end with an error.
    pub(crate) keeps_after_error: bool,
}

/// Runs this in a child.
pub(crate) fn supervise(path: impl FnOnce(), fault: Option<(Place, c_int)>, watch: Watch) -> io::Result<Outcome> {
    let child = Child::start(|| {
        let listener = raw::ask_about_every_call().expect("a filter");
        // Comes back when the supervisor has it.
        raw::mark(TAKEN);
        raw::close(listener);
        path();
    })?;
    let listener = take(&child)?;
    let mut supervisor = Supervisor { fault, watch, child: Some(child.pid), ..Supervisor::default() };
    let (status, leaves_processes) = supervisor.serve(&child, &listener)?;
    drop(listener);
    let Supervisor { seen, failed, has, .. } = supervisor;
    Ok(Outcome { seen, failed, said: Said::read(&child.said()?), status, has, leaves_processes })
}

/// Takes the listener out of the child, as soon as it is there.
fn take(child: &Child) -> io::Result<OwnedFd> {
    let begun = Instant::now();
    loop {
        match pidfd_getfd(&child.process, child.next, PidfdGetfdFlags::empty()) {
            Err(rustix::io::Errno::BADF) if begun.elapsed() < DEADLINE => sleep(Duration::from_micros(50)),
            taken => return Ok(taken?),
        }
    }
}

#[derive(Default)]
struct Supervisor {
    fault: Option<(Place, c_int)>,
    watch: Watch,
    is_armed: bool,
    child: Option<Pid>,
    has: [Has; 2],
    /// Threads and processes, in the order of their first call.
    tasks: Vec<u32>,
    counts: Vec<usize>,
    paused: HashSet<u32>,
    seen: Vec<Seen>,
    failed: Option<Seen>,
}

impl Supervisor {
    /// Answers until nobody is left who could ask.
    fn serve(&mut self, child: &Child, listener: &OwnedFd) -> io::Result<(Option<WaitStatus>, bool)> {
        let (mut status, mut deadline, mut ended) = (None, Instant::now() + DEADLINE, None);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Without a supervisor, all calls of what it leaves will fail.
                return Ok((status.map_or_else(|| child.end(Duration::ZERO), |status| Ok(Some(status)))?, true));
            }
            let mut ready = vec![PollFd::new(listener, PollFlags::IN)];
            if status.is_none() {
                ready.push(PollFd::new(&child.process, PollFlags::IN));
            }
            // Others may have to be answered before it can end.
            if let Some((id, _)) = ended.take_if(|(_, begun)| self.has_come_to_rest(*begun)) {
                let _ = raw::answer(listener, id, Some(libc::EINVAL));
            }
            let left = if ended.is_some() { Duration::from_millis(1) } else { left };
            poll(&mut ready, Some(&Timespec::try_from(left).map_err(io::Error::other)?))?;
            let ends = ready.get(1).is_some_and(|child| !child.revents().is_empty());
            let asked = ready[0].revents();
            if asked.contains(PollFlags::IN) {
                // An error: who asked was killed meanwhile.
                if let Ok(question) = raw::receive(listener) {
                    let errno = self.judge(question.pid, question.data.nr.into(), question.data.args);
                    if self.is_looked_at(&question.data) {
                        ended = Some((question.id, Instant::now()));
                    } else {
                        let _ = raw::answer(listener, question.id, errno);
                    }
                }
            } else if ends {
                status = child.end(DEADLINE)?;
                deadline = Instant::now() + GRACE;
            } else if asked.contains(PollFlags::HUP) && status.is_some() {
                return Ok((status, false));
            }
        }
    }

    /// Whether this call is the mark of an end after which nothing may be left.
    fn is_looked_at(&self, call: &libc::seccomp_data) -> bool {
        let place = c_int::try_from(call.args[1]).unwrap_or(0);
        let is_mark = (c_long::from(call.nr), call.args[0]) == raw::MARK;
        is_mark && (place == FAILED && !self.watch.keeps_after_error || place == END && !self.watch.keeps)
    }

    /// Whether the child, which waits for it, has what it had, or will not have it again.
    fn has_come_to_rest(&mut self, begun: Instant) -> bool {
        // A thread that was joined is there for a moment.
        const MOMENT: Duration = Duration::from_millis(50);
        let has = self.child.and_then(|child| Has::of(child).ok()).unwrap_or_default();
        self.has[1] = has;
        self.has[0] == self.has[1] || begun.elapsed() > MOMENT
    }

    /// The errno with which a call fails, if it does.
    fn judge(&mut self, task: u32, call: c_long, arguments: [u64; 6]) -> Option<c_int> {
        if (call, arguments[0]) == raw::MARK {
            match c_int::try_from(arguments[1]).unwrap_or(0) {
                BEGIN => {
                    self.is_armed = true;
                    self.has[0] = self.child.and_then(|child| Has::of(child).ok()).unwrap_or_default();
                }
                END | FAILED => self.is_armed = false,
                PAUSE => drop(self.paused.insert(task)),
                RESUME => drop(self.paused.remove(&task)),
                _ => {}
            }
            return Some(libc::EINVAL);
        }
        if !self.is_armed || self.paused.contains(&task) || is_a_wake(call, &arguments) {
            return None;
        }
        let ordinal = self.tasks.iter().position(|known| *known == task).unwrap_or_else(|| {
            self.tasks.push(task);
            self.counts.push(0);
            self.tasks.len() - 1
        });
        let place = Place { task: ordinal, index: self.counts[ordinal] };
        self.counts[ordinal] += 1;
        let seen = Seen { place, call, arguments };
        self.seen.push(seen);
        if self.watch.until_executed && call == libc::SYS_execve {
            self.paused.insert(task);
        }
        let (_, errno) = self.fault.filter(|(at, _)| *at == place)?;
        self.failed = Some(seen);
        Some(errno)
    }
}

/// One that never comes leaves a thread waiting for ever, and cannot fail: nobody is written to expect that.
fn is_a_wake(call: c_long, arguments: &[u64; 6]) -> bool {
    const COMMAND: u64 = 0x7f;
    let waits = [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET].map(|wait| u64::from(wait.unsigned_abs()));
    call == libc::SYS_futex && !waits.contains(&(arguments[1] & COMMAND))
}
