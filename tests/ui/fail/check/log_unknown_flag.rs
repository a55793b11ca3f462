use landlock_runtime::sandbox;

#[sandbox(log = log(same_exe = false))]
fn work() {}

fn main() {}
