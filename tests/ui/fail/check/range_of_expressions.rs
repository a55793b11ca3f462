use landlock_runtime::sandbox;

#[sandbox(net_bind = first..last)]
fn work() {}

fn main() {}
