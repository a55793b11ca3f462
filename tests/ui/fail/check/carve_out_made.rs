use landlock_runtime::sandbox;

#[sandbox(read_write = "~/.cache/app", read = ensure_dir("~/.cache/app/index"))]
fn work() {}

fn main() {}
