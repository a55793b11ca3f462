use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work() -> Result<u8, String> {
    Ok(1)
}

fn main() {}
