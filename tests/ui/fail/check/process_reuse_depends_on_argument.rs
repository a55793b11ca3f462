use landlock_runtime::sandbox;

#[sandbox(isolate = process(reuse), read = ..paths)]
fn work(paths: &[String]) {}

fn main() {}
