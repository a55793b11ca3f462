use landlock_runtime::sandbox;

struct Parser<F>(F);

impl<F: Future + Send> Parser<F> {
    #[sandbox]
    fn work(self) -> F {
        self.0
    }
}

fn main() {}
