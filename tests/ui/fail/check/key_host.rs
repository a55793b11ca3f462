use landlock_runtime::sandbox;

#[sandbox(host = "example.org")]
fn work() {}

fn main() {}
