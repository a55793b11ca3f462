use landlock_runtime::sandbox;

#[sandbox(abi = 6, udp_connect = 53, connect_unix = ["/run/a", "/run/b"])]
fn work() {}

fn main() {}
