//! One sequence: a thread that is restricted again and again, within and beside what is on already, while a servant outside changes
//! what the paths lead to.

use crate::namespace::Namespace;
use crate::policies::{pick, policies};
use crate::servant::Servant;
use crate::world::World;
use fastrand::Rng;
use landlock_runtime::{Error, Policy, status};
use landlock_tests::Verdict;
use std::fmt;
use std::thread;

/// How a policy is put on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// On a fresh thread of the library.
    Run,
    /// On the calling thread.
    Here,
    /// On a fresh thread of std, of which the library knows nothing.
    Thread,
}

/// Puts a policy on in this way, beside those that are on, and runs the body under it.
pub(crate) type Enforcer<'e> =
    &'e (dyn Fn(&Policy, Way, &[Policy], &mut (dyn FnMut() + Send)) -> Result<(), Error> + Sync);

/// What all sequences came to.
#[derive(Default)]
pub(crate) struct Report {
    layers: u64,
    none: u64,
    refused: u64,
    allowed: u64,
    denied: u64,
}

impl Report {
    /// Else it shows little.
    pub(crate) fn is_varied(&self, sequences: u64) -> Verdict {
        let varied = [self.layers, self.none, self.refused, self.allowed, self.denied].iter().all(|number| *number > 0);
        if varied || sequences < 100 { Ok(()) } else { Err(format!("the sequences are too alike: {self}").into()) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { layers, none, refused, allowed, denied } = self;
        write!(f, "{layers} layers put on, {none} that were on already, {refused} errors; ")?;
        write!(f, "{allowed} operations allowed, {denied} denied")
    }
}

const STEPS: u32 = 24;
/// The kernel allows 16.
const MOST_LAYERS: usize = 15;

pub(crate) struct Sequence<'s> {
    rng: Rng,
    servant: Servant<'s>,
    enforcer: Enforcer<'s>,
    policies: Vec<Policy>,
    /// The policies that hold for the calling thread.
    on: Vec<Policy>,
    /// Where the calling thread is, if not where the servant is.
    namespace: Option<Namespace>,
    steps: u32,
    log: Vec<String>,
    report: &'s mut Report,
    violation: Option<String>,
}

impl Sequence<'_> {
    pub(crate) fn run(seed: u64, world: World, enforcer: Enforcer<'_>, report: &mut Report) -> Verdict {
        let mut rng = Rng::with_seed(seed);
        let policies = policies(&mut rng, world.base(), world.made());
        let violation = thread::scope(|scope| {
            let (servant, serving) = Servant::start(scope, world);
            let (on, log) = (Vec::new(), Vec::new());
            let mut sequence = Sequence {
                rng,
                servant,
                enforcer,
                policies,
                on,
                namespace: None,
                steps: STEPS,
                log,
                report,
                violation: None,
            };
            let violation = scope.spawn(move || {
                while sequence.steps > 0 {
                    sequence.descend();
                }
                sequence.violation
            });
            let violation = violation.join().expect("no panic");
            serving.join().expect("no panic").end().map(|()| violation)
        })?;
        violation.map_or(Ok(()), |violation| Err(violation.into()))
    }

    /// Steps under what is on now, until it is time to go back up.
    fn descend(&mut self) {
        while self.steps > 0 {
            self.steps -= 1;
            match self.rng.u8(..16) {
                0..6 => {
                    let mut rng = self.rng.fork();
                    let change = self.servant.ask(move |world| world.change(&mut rng));
                    self.log.push(change);
                }
                6 => return,
                7 => self.enter_namespace(),
                8..10 => self.nest(Way::Here),
                10 => self.nest(Way::Thread),
                _ => self.nest(Way::Run),
            }
        }
    }

    /// The calling thread sees other mounts from now on.
    fn enter_namespace(&mut self) {
        let Some(namespace) = self.servant.ask(|world| world.namespace()) else { return };
        if self.namespace.is_none() && namespace.enter().is_ok() {
            self.log.push("the other namespace".to_owned());
            self.namespace = Some(namespace);
        }
    }

    fn nest(&mut self, way: Way) {
        let before = status().layers().count();
        if before >= MOST_LAYERS {
            return;
        }
        let policy = pick(&mut self.rng, &self.policies).clone();
        self.log.push(format!("{way:?} {policy}"));
        let (on, namespace, enforcer) = (self.on.len(), self.namespace.clone(), self.enforcer);
        let others = self.on.clone();
        let mut body = || {
            // What is on a thread of std is not known there, so nothing can be equal to it.
            let is_new = matches!(way, Way::Thread) || status().layers().count() > before;
            *(if is_new { &mut self.report.layers } else { &mut self.report.none }) += 1;
            self.compare(&policy, is_new);
            self.on.push(policy.clone());
            if !matches!(way, Way::Here) {
                self.descend();
                self.log.push("back".to_owned());
            }
        };
        let result = enforcer(&policy, way, &others, &mut body);
        if !matches!(way, Way::Here) {
            self.on.truncate(on);
            self.namespace = namespace;
        }
        if let Err(error) = result {
            self.report.refused += 1;
            self.log.push(format!("not put on: {error}"));
        }
    }

    /// What is allowed here must be allowed by a layer of this policy on a thread without any, in the same place, now.
    fn compare(&mut self, policy: &Policy, is_new: bool) {
        let operations = self.servant.ask(|world| world.operations());
        let inside = operations.allowed();
        let allowed = inside.iter().filter(|allowed| **allowed).count();
        self.report.allowed += allowed as u64;
        self.report.denied += (inside.len() - allowed) as u64;
        let (policy, namespace, tried) = (policy.clone(), self.namespace.clone(), operations.clone());
        let fresh = self.servant.ask(move |_| {
            let fresh = move || {
                if let Some(namespace) = namespace {
                    namespace.enter().expect("it was entered before");
                }
                policy.restrict_thread().map(|_| tried.allowed()).map_err(|error| error.to_string())
            };
            thread::spawn(fresh).join().expect("no panic")
        });
        let (fresh, error) = match fresh {
            Ok(fresh) => (fresh, String::new()),
            // What the policy itself has made may stand in its way a second time.
            Err(_) if is_new => return,
            Err(error) => (vec![false; inside.len()], format!(" (which is an error: {error})")),
        };
        self.judge(&operations.only_in(&inside, &fresh), &error);
    }

    fn judge(&mut self, more: &str, error: &str) {
        if !more.is_empty() && self.violation.is_none() {
            let log = self.log.join("\n  ");
            self.violation = Some(format!("it allows more than a fresh layer{error}:{more}\nafter\n  {log}"));
            // The rest would only say it again.
            self.steps = 0;
        }
    }
}
