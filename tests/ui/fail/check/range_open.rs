use landlock_runtime::sandbox;

#[sandbox(net_bind = 8000..)]
fn work() {}

fn main() {}
