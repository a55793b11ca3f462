use landlock_runtime::sandbox;

#[sandbox(read = 443)]
fn work() {}

fn main() {}
