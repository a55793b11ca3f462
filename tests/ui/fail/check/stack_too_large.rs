use landlock_runtime::sandbox;

#[sandbox(stack = "99999999999 GiB")]
fn work() {}

fn main() {}
