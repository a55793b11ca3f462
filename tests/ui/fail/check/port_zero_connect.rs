use landlock_runtime::sandbox;

#[sandbox(net_connect = 0)]
fn work() {}

fn main() {}
