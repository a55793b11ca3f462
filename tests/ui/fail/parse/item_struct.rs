use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
struct Config;

fn main() {}
