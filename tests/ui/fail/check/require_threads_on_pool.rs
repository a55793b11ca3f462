use landlock_runtime::sandbox;

#[sandbox(isolate = pool, require = threads)]
fn work() {}

fn main() {}
