use landlock_runtime::sandbox;

type Opened = std::pin::Pin<Box<dyn Future<Output = bool> + Send>>;

#[sandbox(on_error = panic)]
fn work() -> Result<u8, Opened> {
    Err(Box::pin(async { std::fs::File::open("/etc/shadow").is_ok() }))
}

fn main() {}
