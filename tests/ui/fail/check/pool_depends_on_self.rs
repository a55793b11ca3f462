use landlock_runtime::sandbox;

struct Parser {
    dir: String,
}

impl Parser {
    #[sandbox(isolate = pool, read = optional(self.dir))]
    fn work(&self) {}
}

fn main() {}
