use landlock_runtime::sandbox;

#[sandbox(isolate = everywhere)]
fn work() {}

fn main() {}
