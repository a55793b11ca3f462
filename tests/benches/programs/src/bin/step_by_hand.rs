//! How long the plan policy takes with the `landlock` crate.

use landlock_bench_programs::{by_hand, timed};

fn main() {
    timed::print(by_hand::plan);
}
