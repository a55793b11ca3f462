use landlock_runtime::sandbox;

#[sandbox(abi = 12)]
fn work() {}

fn main() {}
