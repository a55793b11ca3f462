use landlock_runtime::sandbox;

#[sandbox(quiet = quiet(files = "/proc"))]
fn work() {}

fn main() {}
