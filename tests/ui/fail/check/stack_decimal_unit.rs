use landlock_runtime::sandbox;

#[sandbox(stack = "8 MB")]
fn work() {}

fn main() {}
