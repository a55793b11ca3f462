// #[sandbox(read = "/etc", net_connect = 443)] fn main() -> anyhow::Result<()> { serve() }

fn main() -> anyhow::Result<()> {
    if let ::core::result::Result::Err(error) = ::landlock_runtime::__private::restrict_main(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new()
            .read(::landlock_runtime::literal(c"/etc"))
            .net_connect(443),
    ) {
        ::landlock_runtime::__private::exit(&error, 1)
    }
    '_body: { serve() }
}
