use landlock_runtime::sandbox;

#[sandbox(read = 1 + 1)]
fn work() {}

fn main() {}
