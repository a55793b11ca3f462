use landlock_runtime::sandbox;

#[sandbox(isolate = process, memory = "64 KiB")]
fn work() {}

fn main() {}
