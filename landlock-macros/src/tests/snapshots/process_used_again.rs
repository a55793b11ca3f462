// #[sandbox(isolate = process(reuse, workers = 4, max_calls = 1000), read = "/usr/share/fonts", timeout = "100 ms")]
// fn shape(text: String) -> Vec<Glyph> { #![allow(unused)] rustybuzz(&text) }

fn shape(text: String) -> Vec<Glyph> {
    #![allow(unused)]
    static __WORKERS: ::landlock_runtime::__private::Workers = ::landlock_runtime::__private::Workers::new(||
        {
            ::landlock_runtime::Policy::new()
                .read(::landlock_runtime::literal(c"/usr/share/fonts"))
        })
        .timeout(100)
        .workers(4)
        .max_calls(1000);
    match __WORKERS
        .run(
            ::landlock_runtime::__private::site!(),
            (::landlock_runtime::__private::argument!(text),),
            ::landlock_runtime::__private::reply!(Vec < Glyph >),
            |#[allow(clippy::shadow_reuse)] (text,)| -> Vec<Glyph> { rustybuzz(&text) },
        )
    {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(error) => {
            ::landlock_runtime::__private::panic(&error)
        }
    }
}
