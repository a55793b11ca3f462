//! An error of the sandbox is returned, where the attribute says so.
use landlock_runtime::sandbox;

#[sandbox(read = "/missing/one", on_error = return)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("not reached");
    Ok(())
}
