use landlock_runtime::sandbox;

#[sandbox(isolate = process, memory = "256 MB")]
fn work() {}

fn main() {}
