use landlock_runtime::sandbox;

#[sandbox(net_bind = 0..0)]
fn work() {}

fn main() {}
