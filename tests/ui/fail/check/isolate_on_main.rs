use landlock_runtime::sandbox;

#[sandbox(isolate = thread)]
fn main() {}
