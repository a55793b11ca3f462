use landlock_runtime::sandbox;

#[sandbox(on_error = exit(256))]
fn work() {}

fn main() {}
