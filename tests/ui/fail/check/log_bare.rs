use landlock_runtime::sandbox;

#[sandbox(log = false)]
fn work() {}

fn main() {}
