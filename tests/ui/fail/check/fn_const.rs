use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
const fn work() {}

fn main() {}
