use landlock_runtime::sandbox;

#[sandbox(net_bind = 8080i32)]
fn work() {}

fn main() {}
