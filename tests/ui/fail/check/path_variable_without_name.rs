use landlock_runtime::sandbox;

#[sandbox(read = "/srv/$/x")]
fn work() {}

fn main() {}
