use landlock_runtime::sandbox;

#[sandbox(require = abi(0))]
fn work() {}

fn main() {}
