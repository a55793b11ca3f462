// #[sandbox(isolate = process(reuse))] fn nothing(self) { work(self) }

fn nothing(self) {
    if ::landlock_runtime::__private::called_by_a_worker() {
        work(self)
    } else {
        static __WORKERS: ::landlock_runtime::__private::Workers = ::landlock_runtime::__private::Workers::new(||
        ::landlock_runtime::Policy::new());
        match __WORKERS
            .run(
                ::landlock_runtime::__private::site!(),
                (::landlock_runtime::__private::argument!(self),),
                ::landlock_runtime::__private::reply!(()),
                |(argument0,)| ::landlock_runtime::__private::in_a_worker(|| Self::nothing(
                    argument0,
                )),
            )
        {
            ::core::result::Result::Ok(value) => value,
            ::core::result::Result::Err(error) => {
                ::landlock_runtime::__private::panic(&error)
            }
        }
    }
}
