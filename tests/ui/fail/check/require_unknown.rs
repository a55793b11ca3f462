use landlock_runtime::sandbox;

#[sandbox(require = everything)]
fn work() {}

fn main() {}
