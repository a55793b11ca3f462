use landlock_runtime::sandbox;

#[sandbox(read = "/etc";)]
fn work() {}

fn main() {}
