use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work(text: &str) -> &str {
    text.trim()
}

fn main() {}
