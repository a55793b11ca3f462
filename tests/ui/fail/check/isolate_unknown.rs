use landlock_runtime::sandbox;

#[sandbox(isolate = in_palce)]
fn work() {}

fn main() {}
