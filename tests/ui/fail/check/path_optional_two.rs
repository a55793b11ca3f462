use landlock_runtime::sandbox;

#[sandbox(read = optional("/a", "/b"))]
fn work() {}

fn main() {}
