use landlock_runtime::sandbox;

#[sandbox(read = "/srv", write = "/", read_write = ["/srv/app", "/opt"])]
fn work() {}

fn main() {}
