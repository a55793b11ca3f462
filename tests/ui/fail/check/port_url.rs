use landlock_runtime::sandbox;

#[sandbox(net_connect = "https://example.org")]
fn work() {}

fn main() {}
