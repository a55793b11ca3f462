use landlock_runtime::sandbox;

#[sandbox(read = "/srv/$1")]
fn work() {}

fn main() {}
