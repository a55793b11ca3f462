use landlock_runtime::sandbox;

#[sandbox(read_write = "~/.cache/app", read = "~/.cache/app/index")]
fn work() {}

fn main() {}
