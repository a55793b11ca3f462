// #[sandbox(isolate = pool(workers = 2), read = ["/etc", optional("~/.config")], stack = "64 MiB")]
// pub fn parse(text: &str, depth: u8) -> Result<Document, ParseError> { text.parse() }

pub fn parse(text: &str, depth: u8) -> Result<Document, ParseError> {
    static __POOL: ::landlock_runtime::__private::Pool = ::landlock_runtime::__private::Pool::new(||
        {
            ::landlock_runtime::Policy::new()
                .read(::landlock_runtime::literal(c"/etc"))
                .read(
                    ::landlock_runtime::optional(::landlock_runtime::expand("~/.config")),
                )
        })
        .workers(2)
        .stack(67108864);
    match __POOL
        .run(
            ::landlock_runtime::__private::site!(),
            move || -> Result<Document, ParseError> {
                let _ = &text;
                #[allow(clippy::shadow_same)]
                let depth = depth;
                '_body: { text.parse() }
            },
        )
    {
        ::core::result::Result::Ok(value) => {
            ::landlock_runtime::__private::returned!(value)
        }
        ::core::result::Result::Err(error) => {
            return ::landlock_runtime::__private::fail(error);
        }
    }
}
