use landlock_runtime::sandbox;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[sandbox(read = "/etc")]
fn work() -> Result<u8> {
    Ok(1)
}

fn main() {}
