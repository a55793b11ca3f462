use landlock_runtime::sandbox;

#[sandbox(read_write = "/srv", write = optional("/srv"))]
fn work() {}

fn main() {}
