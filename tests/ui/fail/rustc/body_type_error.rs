use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work() -> usize {
    "three"
}

fn main() {}
