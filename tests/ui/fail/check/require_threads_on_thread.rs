use landlock_runtime::sandbox;

#[sandbox(require = threads)]
fn work() {}

fn main() {}
