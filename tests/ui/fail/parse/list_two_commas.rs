use landlock_runtime::sandbox;

#[sandbox(read = ["/etc", , "/usr"])]
fn work() {}

fn main() {}
