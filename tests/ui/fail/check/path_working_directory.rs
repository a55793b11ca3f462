use landlock_runtime::sandbox;

#[sandbox(read = ".")]
fn work() {}

fn main() {}
