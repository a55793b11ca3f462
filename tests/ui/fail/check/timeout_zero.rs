use landlock_runtime::sandbox;

#[sandbox(isolate = process, timeout = "0 s")]
fn work() {}

fn main() {}
