use landlock_runtime::sandbox;

#[sandbox(isolate = process, timeout = 5)]
fn work() {}

fn main() {}
