use landlock_runtime::sandbox;

#[derive(Debug)]
struct Mine;

impl std::fmt::Display for Mine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("mine")
    }
}

impl std::error::Error for Mine {}

#[sandbox(isolate = process, on_error = panic)]
fn work() -> Result<u8, Mine> {
    Err(Mine)
}

fn main() {}
