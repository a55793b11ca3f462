use landlock_runtime::sandbox;

#[sandbox(unrestricted = 1 + 1)]
fn work() {}

fn main() {}
