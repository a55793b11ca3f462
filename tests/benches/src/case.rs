//! What is measured: one thing, done in several ways.

use std::time::{Duration, Instant};

/// Ways to do one thing. The first is what the others are compared with.
pub(crate) struct Case {
    pub(crate) name: String,
    /// How many rounds there are at least, however long they take.
    pub(crate) rounds: usize,
    pub(crate) variants: Vec<Variant>,
    pub(crate) limits: Vec<Limit>,
}

/// One way. What it returns is how long it took, once.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut() -> Duration>,
}

/// How many times as long as another way one may take.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) of: &'static str,
    pub(crate) over: &'static str,
    pub(crate) at_most: f64,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>) -> Case {
        Case { name: name.into(), rounds: 25, variants: Vec::new(), limits: Vec::new() }
    }

    /// This many rounds at least.
    pub(crate) fn rounds(self, rounds: usize) -> Case {
        Case { rounds, ..self }
    }

    /// A way that times itself.
    pub(crate) fn variant(mut self, name: &'static str, run: impl FnMut() -> Duration + 'static) -> Case {
        self.variants.push(Variant { name, run: Box::new(run) });
        self
    }

    /// A way that is timed from outside.
    pub(crate) fn timed<T>(self, name: &'static str, mut run: impl FnMut() -> T + 'static) -> Case {
        self.variant(name, move || time(&mut run))
    }

    /// Named variants, both of them of this case.
    pub(crate) fn limit(mut self, of: &'static str, over: &'static str, at_most: f64) -> Case {
        let known = |name| self.variants.iter().any(|variant| variant.name == name);
        assert!(known(of) && known(over), "{}: no variant {of:?} or {over:?}", self.name);
        self.limits.push(Limit { of, over, at_most });
        self
    }
}

/// How long it takes, once.
pub(crate) fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let value = run();
    let taken = start.elapsed();
    drop(value);
    taken
}

/// How long it takes, on a thread of its own: what it restricts is gone with the thread.
pub(crate) fn on_a_thread(run: impl FnOnce() + Send) -> Duration {
    std::thread::scope(|scope| scope.spawn(|| time(run)).join()).expect("it is measured to its end")
}
