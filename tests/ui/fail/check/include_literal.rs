use landlock_runtime::sandbox;

#[sandbox(include = "dns")]
fn work() {}

fn main() {}
