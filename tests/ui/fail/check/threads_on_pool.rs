use landlock_runtime::sandbox;

#[sandbox(isolate = pool, threads = new)]
fn work() {}

fn main() {}
