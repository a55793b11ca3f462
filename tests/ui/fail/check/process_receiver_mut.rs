use landlock_runtime::sandbox;

struct Parser(u8);

impl Parser {
    #[sandbox(isolate = process)]
    fn work(&mut self) {
        self.0 += 1;
    }
}

fn main() {}
