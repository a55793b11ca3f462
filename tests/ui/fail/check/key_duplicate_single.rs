use landlock_runtime::sandbox;

#[sandbox(stack = "8 MiB", stack = "16 MiB")]
fn work() {}

fn main() {}
