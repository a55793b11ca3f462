use landlock_runtime::sandbox;

#[sandbox(process)]
fn work() {}

fn main() {}
