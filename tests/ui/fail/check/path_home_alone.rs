use landlock_runtime::sandbox;

#[sandbox(read_write = "~")]
fn work() {}

fn main() {}
