//! Pairs: operations that a sandbox allows, beside operations that it denies. Outside, all of them must succeed, so that
//! a denial inside is the sandbox's and not that of a missing file or a dead port.

use rustix::io::Errno;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

type Operation<'a> = Box<dyn Fn(u32) -> io::Result<()> + Send + Sync + 'a>;
type Checked = Result<(), Box<dyn Error + Send + Sync>>;

/// Operations with what a sandbox makes of them. Each gets the number of the round: one that uses something up takes
/// a fresh one by it. All failures of a round are listed, not only the first.
#[derive(Default)]
pub struct Probes<'a> {
    probes: Vec<Probe<'a>>,
    rounds: AtomicU32,
}

struct Probe<'a> {
    what: String,
    denied: Option<Errno>,
    operation: Operation<'a>,
}

impl<'a> Probes<'a> {
    /// No operation yet.
    #[must_use]
    pub fn new() -> Probes<'a> {
        Probes::default()
    }

    /// An operation that works inside, too.
    #[must_use]
    pub fn allowed(
        self,
        what: impl Into<String>,
        operation: impl Fn(u32) -> io::Result<()> + Send + Sync + 'a,
    ) -> Probes<'a> {
        self.with(what.into(), None, Box::new(operation))
    }

    /// An operation that fails inside, with exactly this errno.
    #[must_use]
    pub fn denied(
        self,
        what: impl Into<String>,
        errno: Errno,
        operation: impl Fn(u32) -> io::Result<()> + Send + Sync + 'a,
    ) -> Probes<'a> {
        self.with(what.into(), Some(errno), Box::new(operation))
    }

    fn with(mut self, what: String, denied: Option<Errno>, operation: Operation<'a>) -> Probes<'a> {
        self.probes.push(Probe { what, denied, operation });
        self
    }

    /// Checks that every operation succeeds here, where nothing is restricted.
    ///
    /// # Errors
    ///
    /// Those that fail; or the list has only one half of the pair, and proves nothing.
    pub fn outside(&self) -> Checked {
        let denied = self.probes.iter().filter(|probe| probe.denied.is_some()).count();
        if denied == 0 || denied == self.probes.len() {
            return Err(format!("not a pair: {denied} denied of {} operations", self.probes.len()).into());
        }
        self.check("outside", |_| None)
    }

    /// Checks that what is allowed succeeds and what is denied fails, with the right errno.
    ///
    /// # Errors
    ///
    /// Those of which this is not true; or no round outside came first.
    pub fn inside(&self) -> Checked {
        if self.rounds.load(Ordering::Relaxed) == 0 {
            return Err("no round outside came first: a denial may come from a dead target".into());
        }
        self.check("inside", |probe| probe.denied)
    }

    fn check(&self, place: &str, expected: impl Fn(&Probe<'a>) -> Option<Errno>) -> Checked {
        let round = self.rounds.fetch_add(1, Ordering::Relaxed);
        let mut failures = String::new();
        for probe in &self.probes {
            let outcome = (probe.operation)(round);
            let errno = outcome.as_ref().err().and_then(Errno::from_io_error);
            let expected = expected(probe);
            if expected == errno && outcome.is_ok() == expected.is_none() {
                continue;
            }
            let wanted = expected.map_or("success".to_owned(), |errno| format!("{errno}"));
            let found = outcome.map_or_else(|error| error.to_string(), |()| "success".to_owned());
            let _ = write!(failures, "\n  {place}, {}: expected {wanted}, found {found}", probe.what);
        }
        if failures.is_empty() { Ok(()) } else { Err(failures.into()) }
    }
}
