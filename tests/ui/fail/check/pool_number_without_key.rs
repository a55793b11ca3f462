use landlock_runtime::sandbox;

#[sandbox(isolate = pool(4))]
fn work() {}

fn main() {}
