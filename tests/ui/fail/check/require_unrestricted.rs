use landlock_runtime::sandbox;

#[sandbox(unrestricted = tcp, require = tcp)]
fn work() {}

fn main() {}
