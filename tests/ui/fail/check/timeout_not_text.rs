use landlock_runtime::sandbox;

#[sandbox(isolate = process, timeout = Duration::from_secs(5))]
fn work() {}

fn main() {}
