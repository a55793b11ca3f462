use landlock_runtime::sandbox;

#[sandbox(stack = 8)]
fn work() {}

fn main() {}
