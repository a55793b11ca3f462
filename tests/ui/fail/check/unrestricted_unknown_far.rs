use landlock_runtime::sandbox;

#[sandbox(unrestricted = weather)]
fn work() {}

fn main() {}
