use landlock_runtime::sandbox;

#[sandbox(net-connect = 443)]
fn work() {}

fn main() {}
