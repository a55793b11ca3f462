use landlock_runtime::sandbox;

#[sandbox(grant(rights, "/etc"))]
fn work() {}

fn main() {}
