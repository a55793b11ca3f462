use landlock_runtime::sandbox;

#[sandbox(isolate = pool(workers = 0))]
fn work() {}

fn main() {}
