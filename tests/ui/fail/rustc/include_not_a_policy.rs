use landlock_runtime::sandbox;

#[sandbox(include = String::new())]
fn work() {}

fn main() {}
