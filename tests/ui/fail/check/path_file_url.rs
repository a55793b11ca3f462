use landlock_runtime::sandbox;

#[sandbox(read = "file:///etc/hosts")]
fn work() {}

fn main() {}
