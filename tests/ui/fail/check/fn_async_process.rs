use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
async fn work() {}

fn main() {}
