use landlock_runtime::sandbox;

#[sandbox(443)]
fn work() {}

fn main() {}
