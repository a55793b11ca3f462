use landlock_runtime::sandbox;

#[sandbox(net_connect = "192.0.2.1")]
fn work() {}

fn main() {}
