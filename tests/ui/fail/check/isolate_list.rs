use landlock_runtime::sandbox;

#[sandbox(isolate = [thread, in_place])]
fn work() {}

fn main() {}
