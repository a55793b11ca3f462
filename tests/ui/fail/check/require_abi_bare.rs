use landlock_runtime::sandbox;

#[sandbox(require = abi)]
fn work() {}

fn main() {}
