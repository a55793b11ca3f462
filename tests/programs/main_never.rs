//! A main that never returns.
use landlock_runtime::sandbox;

#[sandbox]
fn main() -> ! {
    std::process::exit(i32::from(std::fs::read_dir("/usr").is_err()) + 7)
}
