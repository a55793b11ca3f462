use landlock_runtime::sandbox;

struct Parser;

impl Parser {
    const DIR: &str = "/etc";

    #[sandbox(isolate = pool, read = Self::DIR)]
    fn work(&self) {}
}

fn main() {}
