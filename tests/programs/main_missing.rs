//! Three paths are missing, one is optional: one error names the three.
use landlock_runtime::sandbox;

#[sandbox(read = ["/missing/one", "/usr", optional("/missing/but/optional")], write = "/missing/two", exec = "/usr/missing")]
fn main() {
    println!("not reached");
}
