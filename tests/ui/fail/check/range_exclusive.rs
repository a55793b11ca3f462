use landlock_runtime::sandbox;

#[sandbox(net_bind = 8000..8010)]
fn work() {}

fn main() {}
