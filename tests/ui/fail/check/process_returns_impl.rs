use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work() -> impl Iterator<Item = u8> {
    [1].into_iter()
}

fn main() {}
