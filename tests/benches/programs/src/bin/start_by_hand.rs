//! The plan policy with the `landlock` crate.

fn main() {
    landlock_bench_programs::by_hand::plan();
}
