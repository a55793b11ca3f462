use landlock_runtime::sandbox;

#[sandbox(net_connect = "https")]
fn work() {}

fn main() {}
