use landlock_runtime::sandbox;

#[sandbox(time_limit = "5 s")]
fn work() {}

fn main() {}
