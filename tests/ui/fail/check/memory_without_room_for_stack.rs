use landlock_runtime::sandbox;

#[sandbox(isolate = process, stack = "8 MiB", memory = "8 MiB")]
fn work() {}

fn main() {}
