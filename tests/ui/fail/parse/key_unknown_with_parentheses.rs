use landlock_runtime::sandbox;

#[sandbox(raed("/etc"))]
fn work() {}

fn main() {}
