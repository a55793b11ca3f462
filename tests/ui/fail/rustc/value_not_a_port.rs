use landlock_runtime::sandbox;

#[sandbox(net_connect = port)]
fn work(port: u32) {
    let _ = port;
}

fn main() {}
