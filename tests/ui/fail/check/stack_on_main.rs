use landlock_runtime::sandbox;

#[sandbox(stack = "16 MiB")]
fn main() {}
