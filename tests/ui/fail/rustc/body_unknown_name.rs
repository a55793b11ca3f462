use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work() -> usize {
    lenght()
}

fn main() {}
