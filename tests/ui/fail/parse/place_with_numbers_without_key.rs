use landlock_runtime::sandbox;

#[sandbox(pool(workers = 4))]
fn work() {}

fn main() {}
