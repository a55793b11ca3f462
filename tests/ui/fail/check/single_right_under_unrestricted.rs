use landlock_runtime::sandbox;

#[sandbox(unrestricted = tcp, bind_tcp = 80)]
fn work() {}

fn main() {}
