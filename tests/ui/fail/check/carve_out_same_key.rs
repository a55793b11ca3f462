use landlock_runtime::sandbox;

#[sandbox(read = ["/srv", "/srv/public"])]
fn work() {}

fn main() {}
