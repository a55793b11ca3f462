use landlock_runtime::sandbox;

#[sandbox(on_error = return)]
fn work() {}

fn main() {}
