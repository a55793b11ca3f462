use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work(job: impl Fn() -> u8) -> u8 {
    job()
}

fn main() {}
