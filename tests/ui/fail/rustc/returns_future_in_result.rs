use landlock_runtime::sandbox;

type Opened = std::pin::Pin<Box<dyn Future<Output = bool> + Send>>;

#[sandbox(isolate = pool)]
fn work() -> std::io::Result<Option<Opened>> {
    Ok(Some(Box::pin(async { std::fs::File::open("/etc/shadow").is_ok() })))
}

fn main() {}
