//! Names rights of which the first kernels lack one.
use landlock_runtime::sandbox;

#[sandbox(write = "/usr")]
fn main() {
    println!("reached");
}
