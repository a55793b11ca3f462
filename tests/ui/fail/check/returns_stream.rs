use landlock_runtime::sandbox;

trait Stream {}
impl Stream for u8 {}

#[sandbox]
fn work() -> Result<std::pin::Pin<Box<dyn Stream + Send>>, std::io::Error> {
    Ok(Box::pin(5))
}

fn main() {}
