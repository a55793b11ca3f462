use landlock_runtime::sandbox;

#[sandbox(on_error = exit)]
fn work() {}

fn main() {}
