use landlock_runtime::sandbox;

#[sandbox(stack = "8 KiB")]
fn work() {}

fn main() {}
