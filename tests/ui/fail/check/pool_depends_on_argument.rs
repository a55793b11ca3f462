use landlock_runtime::sandbox;

#[sandbox(isolate = pool, read = path)]
fn work(path: &str) {}

fn main() {}
