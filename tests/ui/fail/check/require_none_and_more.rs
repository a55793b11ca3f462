use landlock_runtime::sandbox;

#[sandbox(require = [none, fs])]
fn work() {}

fn main() {}
