use landlock_runtime::sandbox;

#[sandbox(net_connect = 65979)]
fn work() {}

fn main() {}
