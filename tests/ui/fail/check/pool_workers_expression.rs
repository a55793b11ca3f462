use landlock_runtime::sandbox;

const MANY: u32 = 4;

#[sandbox(isolate = pool(workers = MANY))]
fn work() {}

fn main() {}
