use landlock_runtime::sandbox;

#[sandbox(net_bind = 8010..=8000)]
fn work() {}

fn main() {}
