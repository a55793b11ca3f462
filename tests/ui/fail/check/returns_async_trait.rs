use landlock_runtime::sandbox;

/// What `#[async_trait]` makes of `async fn parse(&self) -> bool`.
trait Parse {
    fn parse<'a>(&'a self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = bool> + Send + 'a>>;
}

impl Parse for u8 {
    #[sandbox(read = "/etc")]
    fn parse<'a>(&'a self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = bool> + Send + 'a>> {
        Box::pin(async move { std::fs::File::open("/etc/shadow").is_ok() })
    }
}

fn main() {}
