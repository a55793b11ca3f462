use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
#[track_caller]
fn work() {}

fn main() {}
