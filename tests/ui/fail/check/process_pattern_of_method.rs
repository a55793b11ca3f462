use landlock_runtime::sandbox;

struct Parser(u8);

impl Parser {
    #[sandbox(isolate = process)]
    fn work(&self, (a, b): (u8, u8)) -> u8 {
        self.0 + a + b
    }
}

fn main() {}
