use landlock_runtime::sandbox;

#[sandbox(isolate = pool, memory = "256 MiB")]
fn work() {}

fn main() {}
