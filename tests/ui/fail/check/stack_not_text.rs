use landlock_runtime::sandbox;

#[sandbox(stack = large)]
fn work() {}

fn main() {}
