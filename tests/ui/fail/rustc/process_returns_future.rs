use landlock_runtime::sandbox;

type Opened = std::pin::Pin<Box<dyn Future<Output = bool> + Send>>;

#[sandbox(isolate = process)]
fn work() -> Result<Opened, std::io::Error> {
    Ok(Box::pin(async { std::fs::File::open("/etc/shadow").is_ok() }))
}

fn main() {}
