use landlock_runtime::sandbox;

#[sandbox(net_connect = -1)]
fn work() {}

fn main() {}
