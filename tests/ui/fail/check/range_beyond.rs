use landlock_runtime::sandbox;

#[sandbox(net_bind = 65000..=66000)]
fn work() {}

fn main() {}
