use landlock_runtime::sandbox;

struct Parser;

impl Parser {
    #[sandbox]
    pub async fn parse(&self) {}
}

fn main() {}
