use landlock_runtime::sandbox;

#[sandbox(on_error = ignore)]
fn work() {}

fn main() {}
