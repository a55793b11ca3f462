use landlock_runtime::sandbox;

#[sandbox(read = optional("./etc"))]
fn work() {}

fn main() {}
