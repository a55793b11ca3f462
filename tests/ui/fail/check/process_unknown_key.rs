use landlock_runtime::sandbox;

#[sandbox(isolate = process(reuse, threads = 2))]
fn work() {}

fn main() {}
