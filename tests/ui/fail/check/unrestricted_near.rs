use landlock_runtime::sandbox;

#[sandbox(unrestricted = tpc)]
fn work() {}

fn main() {}
