use landlock_runtime::sandbox;

type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[sandbox]
fn work(name: &str) -> BoxFuture<'_, bool> {
    Box::pin(async move { std::fs::File::open(name).is_ok() })
}

fn main() {}
