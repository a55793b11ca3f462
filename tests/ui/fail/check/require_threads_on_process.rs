use landlock_runtime::sandbox;

#[sandbox(isolate = process, require = [fs, threads])]
fn work() {}

fn main() {}
