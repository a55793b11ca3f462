#![deny(warnings)]

use landlock_runtime::sandbox;

// One error: the function stays, so that what uses it is not an error too. It must not run unsandboxed in the end, so
// the program does not compile.
#[sandbox(raed = path)]
fn work(path: &std::path::Path) -> usize {
    1
}

fn main() {
    let _: usize = work("/etc".as_ref());
}
