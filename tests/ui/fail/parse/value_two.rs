use landlock_runtime::sandbox;

#[sandbox(read = one two)]
fn work(one: &str, two: &str) {
    let _ = (one, two);
}

fn main() {}
