use landlock_runtime::sandbox;

#[sandbox(connect_tcp = 0, connect_send_udp = [0, 53], net_connect = 0..=5)]
fn work() {}

fn main() {}
