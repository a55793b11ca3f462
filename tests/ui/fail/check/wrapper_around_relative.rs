use landlock_runtime::sandbox;

#[sandbox(read = nofollow("etc"))]
fn work() {}

fn main() {}
