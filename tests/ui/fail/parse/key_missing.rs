use landlock_runtime::sandbox;

#[sandbox(= "/etc")]
fn work() {}

fn main() {}
