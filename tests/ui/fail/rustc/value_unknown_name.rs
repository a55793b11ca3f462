use landlock_runtime::sandbox;

#[sandbox(read = pth)]
fn work() {}

fn main() {}
