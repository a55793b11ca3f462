//! Rounds: every variant once, in a new order each time. A ratio is the median of those of the rounds, so that what comes
//! over the whole machine, and what one variant leaves to the next, falls on all of them alike.

use crate::case::Variant;
use std::time::{Duration, Instant};

/// What was measured: for each variant, its times in nanoseconds, round by round.
pub(crate) struct Rounds(Vec<(&'static str, Vec<f64>)>);

/// The median, and between what the middle half lies.
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

/// Measures as long as this and as many rounds as that, after one that does not count.
pub(crate) fn measure(mut variants: Vec<Variant>, least: usize, budget: Duration) -> Rounds {
    let mut times: Vec<_> = variants.iter().map(|variant| (variant.name, Vec::new())).collect();
    let mut order: Vec<_> = (0..variants.len()).collect();
    for variant in &mut variants {
        (variant.run)();
    }
    let start = Instant::now();
    while start.elapsed() < budget || times[0].1.len() < least {
        fastrand::shuffle(&mut order);
        for &variant in &order {
            times[variant].1.push((variants[variant].run)().as_secs_f64() * 1e9);
        }
    }
    Rounds(times)
}

impl Rounds {
    pub(crate) fn variants(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    pub(crate) fn count(&self) -> usize {
        self.0[0].1.len()
    }

    /// The time of a variant, in nanoseconds.
    pub(crate) fn time(&self, variant: &str) -> Spread {
        Spread::of(self.times(variant).to_vec())
    }

    /// How many times as long as another one a variant takes.
    pub(crate) fn ratio(&self, variant: &str, over: &str) -> Spread {
        let rounds = self.times(variant).iter().zip(self.times(over));
        Spread::of(rounds.map(|(time, over)| time / over).collect())
    }

    fn times(&self, variant: &str) -> &[f64] {
        let found = self.0.iter().find(|(name, _)| *name == variant);
        &found.expect("a case names its own variants").1
    }
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Spread {
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Spread { low: at(1), median: at(2), high: at(3) }
    }
}
