//! Panics where the sandbox cannot be applied.
use landlock_runtime::sandbox;

#[sandbox(read = "/missing/one", on_error = panic)]
fn main() {
    println!("not reached");
}
