use landlock_runtime::sandbox;

#[sandbox(require = mandatory)]
fn work() {}

fn main() {}
