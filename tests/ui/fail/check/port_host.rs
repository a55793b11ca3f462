use landlock_runtime::sandbox;

#[sandbox(net_connect = "example.org")]
fn work() {}

fn main() {}
