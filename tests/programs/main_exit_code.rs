//! An exit code goes through.
use landlock_runtime::sandbox;
use std::process::ExitCode;

#[sandbox]
fn main() -> ExitCode {
    ExitCode::from(u8::from(std::fs::read_dir("/usr").is_err()) + 6)
}
