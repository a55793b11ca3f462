use landlock_runtime::sandbox;

/// What `#[async_trait]` makes of `async fn parse(&self) -> bool`.
trait Parse {
    fn parse<'async_trait>(&'async_trait self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = bool> + Send + 'async_trait>>;
}

impl Parse for u8 {
    #[sandbox(read = "/etc")]
    fn parse<'async_trait>(&'async_trait self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = bool> + Send + 'async_trait>> {
        Box::pin(async move { std::fs::File::open("/etc/shadow").is_ok() })
    }
}

fn main() {}
