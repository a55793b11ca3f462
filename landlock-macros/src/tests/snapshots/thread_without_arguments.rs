// #[sandbox] fn nothing() { work() }

fn nothing() {
    match ::landlock_runtime::__private::run_on_thread(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new(),
        8388608,
        move || -> () { work() },
    ) {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(error) => {
            ::landlock_runtime::__private::panic(&error)
        }
    }
}
