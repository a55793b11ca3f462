use landlock_runtime::sandbox;

#[sandbox(isolate = pool())]
fn work() {}

fn main() {}
