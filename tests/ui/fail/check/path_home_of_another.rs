use landlock_runtime::sandbox;

#[sandbox(read = "~root/.config")]
fn work() {}

fn main() {}
