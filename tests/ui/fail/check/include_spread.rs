use landlock_runtime::sandbox;

#[sandbox(include = [..policies])]
fn work() {}

fn main() {}
