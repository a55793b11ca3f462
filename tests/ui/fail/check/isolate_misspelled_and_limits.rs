use landlock_runtime::sandbox;

#[sandbox(isolte = process, timeout = "5 s")]
fn work() {}

fn main() {}
