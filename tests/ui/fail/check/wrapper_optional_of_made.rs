use landlock_runtime::sandbox;

#[sandbox(write = optional(ensure_dir("/var/cache/app")))]
fn work() {}

fn main() {}
