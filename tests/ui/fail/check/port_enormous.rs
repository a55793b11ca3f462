use landlock_runtime::sandbox;

#[sandbox(net_connect = 99999999999999999999)]
fn work() {}

fn main() {}
