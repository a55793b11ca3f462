use landlock_runtime::sandbox;

#[sandbox(isolate = in_place, stack = "16 MiB")]
fn work() {}

fn main() {}
