use landlock_runtime::sandbox;

#[sandbox(isolate = pool, read = format!("{dir}/cache"))]
fn work(dir: &str) {}

fn main() {}
