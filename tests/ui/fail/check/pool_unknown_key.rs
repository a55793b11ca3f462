use landlock_runtime::sandbox;

#[sandbox(isolate = pool(max_calls = 4))]
fn work() {}

fn main() {}
