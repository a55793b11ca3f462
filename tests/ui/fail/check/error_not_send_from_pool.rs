use landlock_runtime::sandbox;
use std::error::Error;

#[sandbox(isolate = pool)]
fn work() -> Result<u8, Box<dyn Error>> {
    Ok(1)
}

fn main() {}
