use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
#[track_caller]
fn work() {}

fn main() {}
