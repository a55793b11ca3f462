use landlock_runtime::sandbox;

#[sandbox(stack = 1024)]
fn work() {}

fn main() {}
