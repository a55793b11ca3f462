use landlock_runtime::sandbox;

#[sandbox(isolate = fork)]
fn work() {}

fn main() {}
