//! The rounds of a case as a table: a line for each variant, compared with the first, and one for each limit.

use crate::case::Limit;
use crate::rounds::{Rounds, Spread};

/// Prints it; what is over its limit comes back as a line of its own.
pub(crate) fn print(name: &str, rounds: &Rounds, limits: &[Limit]) -> Vec<String> {
    println!("{name} ({} rounds)", rounds.count());
    let first = rounds.variants().next().unwrap_or_default();
    for variant in rounds.variants() {
        let time = duration(rounds.time(variant).median);
        let Spread { low, median, high } = rounds.ratio(variant, first);
        println!("  {variant:<28} {time:>9}   {median:5.2}  ({low:.2} to {high:.2})");
    }
    let mut over = Vec::new();
    for Limit { of, over: other, at_most } in limits {
        let Spread { low, median, high } = rounds.ratio(of, other);
        let verdict = if median <= *at_most { "holds" } else { "OVER" };
        let line = format!("{of} over {other}: {median:.2} ({low:.2} to {high:.2}), at most {at_most:.2}");
        println!("  {line}: {verdict}");
        if median > *at_most {
            over.push(format!("{name}: {line}"));
        }
    }
    println!();
    over
}

fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e4 => format!("{nanoseconds:.0} ns"),
        1e4..1e7 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{:.1} ms", nanoseconds / 1e6),
    }
}
