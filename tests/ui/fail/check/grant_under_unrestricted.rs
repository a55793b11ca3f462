use landlock_runtime::sandbox;

#[sandbox(unrestricted = fs, read = ["/etc", "/usr"])]
fn work() {}

fn main() {}
