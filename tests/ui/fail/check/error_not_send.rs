use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work() -> Result<u8, Box<dyn std::error::Error>> {
    Ok(1)
}

fn main() {}
