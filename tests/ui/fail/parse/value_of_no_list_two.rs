use landlock_runtime::sandbox;

#[sandbox(isolate = thread pool)]
fn work() {}

fn main() {}
