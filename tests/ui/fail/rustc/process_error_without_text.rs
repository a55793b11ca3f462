use landlock_runtime::sandbox;

#[derive(Debug)]
struct Mine;

impl From<landlock_runtime::Error> for Mine {
    fn from(_: landlock_runtime::Error) -> Mine {
        Mine
    }
}

#[sandbox(isolate = process)]
fn work() -> Result<u8, Mine> {
    Err(Mine)
}

fn main() {}
