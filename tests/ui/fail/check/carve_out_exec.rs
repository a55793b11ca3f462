use landlock_runtime::sandbox;

#[sandbox(exec = "/usr", read_file = "/usr/lib/os-release")]
fn work() {}

fn main() {}
