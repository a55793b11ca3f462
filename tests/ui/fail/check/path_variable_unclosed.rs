use landlock_runtime::sandbox;

#[sandbox(read = "${HOME/.config")]
fn work() {}

fn main() {}
