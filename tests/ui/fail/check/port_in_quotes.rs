use landlock_runtime::sandbox;

#[sandbox(net_connect = "443")]
fn work() {}

fn main() {}
