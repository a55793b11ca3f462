use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
#[track_caller]
fn work() {}

fn main() {}
