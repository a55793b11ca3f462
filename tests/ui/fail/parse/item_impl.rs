use landlock_runtime::sandbox;

struct Parser;

#[sandbox]
impl Parser {}

fn main() {}
