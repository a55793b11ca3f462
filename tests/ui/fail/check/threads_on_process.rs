use landlock_runtime::sandbox;

#[sandbox(isolate = process, threads = all)]
fn work() {}

fn main() {}
