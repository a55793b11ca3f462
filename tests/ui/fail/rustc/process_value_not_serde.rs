use landlock_runtime::sandbox;

struct Found(u8);

#[sandbox(isolate = process)]
fn work() -> Found {
    Found(1)
}

fn main() {}
