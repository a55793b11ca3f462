use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work(text: String) -> usize {
    drop(text);
    text.len()
}

fn main() {}
