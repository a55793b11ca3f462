use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work(text: &str) -> Option<(&str, u8)> {
    Some((text.trim(), 1))
}

fn main() {}
