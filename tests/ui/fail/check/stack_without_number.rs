use landlock_runtime::sandbox;

#[sandbox(stack = "MiB")]
fn work() {}

fn main() {}
