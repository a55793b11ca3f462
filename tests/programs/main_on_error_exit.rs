//! A watchdog must not restart this for ever.
use landlock_runtime::sandbox;

#[sandbox(read = "/missing/one", on_error = exit(0))]
fn main() {
    println!("not reached");
}
