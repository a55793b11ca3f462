use landlock_runtime::sandbox;

#[sandbox(timeout = "5 s")]
fn main() {}
