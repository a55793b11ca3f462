use landlock_runtime::sandbox;

#[sandbox(unrestricted = network)]
fn work() {}

fn main() {}
