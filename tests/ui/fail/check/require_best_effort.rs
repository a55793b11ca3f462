use landlock_runtime::sandbox;

#[sandbox(require = best_effort)]
fn work() {}

fn main() {}
