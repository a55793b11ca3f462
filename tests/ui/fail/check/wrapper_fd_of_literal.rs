use landlock_runtime::sandbox;

#[sandbox(read = fd("/etc"))]
fn work() {}

fn main() {}
