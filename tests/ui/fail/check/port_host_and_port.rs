use landlock_runtime::sandbox;

#[sandbox(net_connect = "192.0.2.1:8443")]
fn work() {}

fn main() {}
