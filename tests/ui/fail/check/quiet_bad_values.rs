use landlock_runtime::sandbox;

#[sandbox(quiet = quiet(rights = reading, paths = "proc", ports = 70000))]
fn work() {}

fn main() {}
