use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
#[sandbox(net_connect = 443)]
fn work() {}

fn main() {}
