use landlock_runtime::sandbox;

#[sandbox(isolate = process(reuse, workers = 2, workers = 4))]
fn work() {}

fn main() {}
