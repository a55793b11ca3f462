use landlock_runtime::sandbox;

#[sandbox(net_connect = true)]
fn work() {}

fn main() {}
