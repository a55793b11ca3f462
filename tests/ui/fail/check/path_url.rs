use landlock_runtime::sandbox;

#[sandbox(read = "https://example.org")]
fn work() {}

fn main() {}
