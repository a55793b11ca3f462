use landlock_runtime::sandbox;

#[sandbox(isolate = process, timeout = "5 seconds")]
fn work() {}

fn main() {}
