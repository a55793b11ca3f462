use landlock_runtime::sandbox;

#[sandbox(crate = "landlock_runtime")]
fn work() {}

fn main() {}
