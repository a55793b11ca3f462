//! How long the plan policy takes as raw system calls.

use landlock_bench_programs::{raw, timed};

fn main() {
    timed::print(raw::plan);
}
