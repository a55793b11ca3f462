use landlock_runtime::sandbox;

#[sandbox(unrestricted = "tcp")]
fn work() {}

fn main() {}
