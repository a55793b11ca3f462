use landlock_runtime::sandbox;

#[sandbox(isolate = process(reuse), net_connect = PORT)]
fn work<const PORT: u16>() {}

fn main() {}
