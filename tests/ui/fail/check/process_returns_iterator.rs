use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work() -> impl ExactSizeIterator<Item = u8> {
    [1, 2].into_iter()
}

fn main() {}
