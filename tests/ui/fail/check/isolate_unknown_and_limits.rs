use landlock_runtime::sandbox;

#[sandbox(isolate = proces, timeout = "5 s", memory = "64 MiB", stack = "1 MiB")]
fn work() {}

fn main() {}
