use landlock_runtime::sandbox;

#[sandbox(read = "~/.config")]
fn work() {}

fn main() {}
