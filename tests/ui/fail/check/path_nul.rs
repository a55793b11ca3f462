use landlock_runtime::sandbox;

#[sandbox(read = "/etc\0")]
fn work() {}

fn main() {}
