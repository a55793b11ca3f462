use landlock_runtime::sandbox;

#[sandbox(colour = "/etc")]
fn work() {}

fn main() {}
