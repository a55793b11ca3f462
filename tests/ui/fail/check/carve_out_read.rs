use landlock_runtime::sandbox;

#[sandbox(read_write = "/srv", read = "/srv/secret")]
fn work() {}

fn main() {}
