use landlock_runtime::sandbox;

struct Parser(u8);

impl Parser {
    #[sandbox(isolate = process)]
    fn work(&self) -> u8 {
        self.0
    }
}

fn main() {}
