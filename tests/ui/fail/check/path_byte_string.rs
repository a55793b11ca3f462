use landlock_runtime::sandbox;

#[sandbox(read = b"/etc")]
fn work() {}

fn main() {}
