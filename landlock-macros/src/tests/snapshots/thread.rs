// #[sandbox(read = path)] pub fn parse(path: &Path) -> io::Result<Meta> { read(path)?.parse() }

pub fn parse(path: &Path) -> io::Result<Meta> {
    match ::landlock_runtime::__private::run_on_thread(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new().read(&path),
        8388608,
        move || -> io::Result<Meta> {
            let _ = &path;
            '_body: { read(path)?.parse() }
        },
    ) {
        ::core::result::Result::Ok(value) => {
            ::landlock_runtime::__private::returned!(value)
        }
        ::core::result::Result::Err(error) => {
            return ::landlock_runtime::__private::fail(error);
        }
    }
}
