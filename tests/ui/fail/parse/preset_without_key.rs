use landlock_runtime::sandbox;

#[sandbox(landlock_runtime::presets::dns())]
fn work() {}

fn main() {}
