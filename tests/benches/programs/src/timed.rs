//! A step that a fresh process takes once, and how long it took: on standard output, for the benchmark that started it.

use std::time::Instant;

/// Takes the step, and prints its nanoseconds.
pub fn print(step: impl FnOnce()) {
    let start = Instant::now();
    step();
    let taken = start.elapsed();
    println!("{}", taken.as_nanos());
}
