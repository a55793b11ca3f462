use landlock_runtime::sandbox;

#[sandbox(stack = "0 B")]
fn work() {}

fn main() {}
