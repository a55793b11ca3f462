use landlock_runtime::sandbox;

#[sandbox(isolate = process(workers = 2))]
fn work() {}

fn main() {}
