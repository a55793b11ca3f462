use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
async fn work() {}

fn main() {}
