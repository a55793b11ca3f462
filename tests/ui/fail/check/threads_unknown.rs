use landlock_runtime::sandbox;

#[sandbox(threads = none)]
fn main() {}
