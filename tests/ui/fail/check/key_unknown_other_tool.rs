use landlock_runtime::sandbox;

#[sandbox(ro = "/etc")]
fn work() {}

fn main() {}
