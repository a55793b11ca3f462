use landlock_runtime::sandbox;

#[sandbox(log = log())]
fn work() {}

fn main() {}
