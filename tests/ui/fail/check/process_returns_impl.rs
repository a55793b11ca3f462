use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work() -> impl std::fmt::Display {
    5
}

fn main() {}
