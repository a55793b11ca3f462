use landlock_runtime::sandbox;

#[sandbox(optional("/opt/share"))]
fn work() {}

fn main() {}
