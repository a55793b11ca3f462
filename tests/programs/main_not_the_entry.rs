//! Functions that are called main, and are not the entry of the program.
use landlock_runtime::sandbox;

struct Loader;

impl Loader {
    #[sandbox(read = "/usr")]
    fn main() {
        println!("not reached");
    }
}

mod module {
    #[landlock_runtime::sandbox(read = "/usr")]
    pub(crate) fn main() {
        println!("not reached");
    }
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("method") => Loader::main(),
        _ => module::main(),
    }
}
