use landlock_runtime::sandbox;

#[sandbox(read = "/etc", read = ["/usr", "/opt"])]
fn work() {}

fn main() {}
