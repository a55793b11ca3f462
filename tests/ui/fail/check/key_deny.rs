use landlock_runtime::sandbox;

#[sandbox(read = "/etc", deny_write = "/etc")]
fn work() {}

fn main() {}
