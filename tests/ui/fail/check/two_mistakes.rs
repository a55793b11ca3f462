use landlock_runtime::sandbox;

#[sandbox(raed = "/etc", net_connect = 65979)]
fn work() {}

fn main() {}
