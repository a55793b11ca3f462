//! The plan policy as raw system calls.

fn main() {
    landlock_bench_programs::raw::plan();
}
