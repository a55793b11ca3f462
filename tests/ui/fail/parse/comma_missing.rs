use landlock_runtime::sandbox;

#[sandbox(read = "/etc" net_connect = 443)]
fn work() {}

fn main() {}
