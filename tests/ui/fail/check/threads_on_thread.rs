use landlock_runtime::sandbox;

#[sandbox(threads = new)]
fn work() {}

fn main() {}
