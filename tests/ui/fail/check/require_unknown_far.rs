use landlock_runtime::sandbox;

#[sandbox(require = quickly)]
fn work() {}

fn main() {}
