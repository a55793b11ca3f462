// #[sandbox(net_bind = port(), require = [fs, tcp, abi(4)])] #[tokio::main(flavor = "current_thread")] #[allow(dead_code)] async fn main() -> Result<(), Error> { serve().await }

#[allow(dead_code)]
fn main() -> Result<(), Error> {
    #[tokio::main(flavor = "current_thread")]
    async fn main() -> Result<(), Error> {
        serve().await
    }
    if let ::core::result::Result::Err(error) = ::landlock_runtime::__private::restrict_main(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new()
            .net_bind(port())
            .require(::landlock_runtime::Feature::Fs)
            .require(::landlock_runtime::Feature::Tcp)
            .require(::landlock_runtime::Require::Abi(4)),
    ) {
        ::landlock_runtime::__private::exit(&error, 1)
    }
    main()
}
