use landlock_runtime::sandbox;

#[sandbox(workers = 4)]
fn work() {}

fn main() {}
