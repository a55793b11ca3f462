use landlock_runtime::sandbox;

#[sandbox(read = optional())]
fn work() {}

fn main() {}
