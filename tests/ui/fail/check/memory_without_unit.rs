use landlock_runtime::sandbox;

#[sandbox(isolate = process, memory = 268435456)]
fn work() {}

fn main() {}
