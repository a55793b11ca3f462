//! An error of the body is the program's, as without the attribute.
use landlock_runtime::sandbox;

#[sandbox(read = "/usr")]
fn main() -> std::io::Result<()> {
    std::fs::read_dir("/usr")?;
    std::fs::read_dir("/etc")?;
    println!("not reached");
    Ok(())
}
