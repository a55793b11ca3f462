use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
fn main() {}
