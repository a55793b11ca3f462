use landlock_runtime::sandbox;

#[sandbox(net_connect = , read = "/etc")]
fn work() {}

fn main() {}
