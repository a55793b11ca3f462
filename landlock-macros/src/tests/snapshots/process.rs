// #[sandbox(isolate = process, read = path, timeout = "5 s", memory = "256 MiB")]
// pub fn decode(path: &Path, (width, mut height): (u32, u32), _hint: &str) -> io::Result<Image> { Image::open(path, &mut height) }

pub fn decode(
    path: &Path,
    (width, height): (u32, u32),
    _hint: &str,
) -> io::Result<Image> {
    match ::landlock_runtime::__private::Process::new()
        .timeout(5000)
        .memory(268435456)
        .run(
            ::landlock_runtime::__private::site!(),
            ::landlock_runtime::Policy::new().read(&path),
            (
                ::landlock_runtime::__private::argument!(path),
                ::landlock_runtime::__private::argument!(width),
                ::landlock_runtime::__private::argument!(height),
            ),
            ::landlock_runtime::__private::reply!(io::Result < Image >),
            |
                #[allow(clippy::shadow_reuse)]
                (path, width, mut height),
            | -> io::Result<Image> { Image::open(path, &mut height) },
        )
    {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(error) => {
            return ::landlock_runtime::__private::fail(error);
        }
    }
}
