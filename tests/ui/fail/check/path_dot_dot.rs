use landlock_runtime::sandbox;

#[sandbox(read = "/srv/../etc")]
fn work() {}

fn main() {}
