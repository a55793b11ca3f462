// #[sandbox(read = [dir, optional("/opt/share"), ..roots, ..more()], stack = "1 MiB", on_error = exit(3))]
// fn walk<'a, const N: usize>(&'a mut self, mut dir: PathBuf, roots: &[PathBuf], (a, Point { x, y: mut z }): Pair,
// _: Secret, last: [u8; N]) -> impl AsRef<[u8]> + use<'a, N> where Self: Sized
// { #![allow(unused)] body() }

fn walk<'a, const N: usize>(
    &'a mut self,
    mut dir: PathBuf,
    roots: &[PathBuf],
    __unnamed3: Pair,
    __unnamed4: Secret,
    last: [u8; N],
) -> impl AsRef<[u8]> + use<'a, N>
where
    Self: Sized,
{
    #![allow(unused)]
    match ::landlock_runtime::__private::run_on_thread(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new()
            .read(&dir)
            .read(
                ::landlock_runtime::optional(::landlock_runtime::literal(c"/opt/share")),
            )
            .read(::landlock_runtime::each(roots.iter()))
            .read(::landlock_runtime::each(more())),
        1048576,
        move || {
            let _ = &self;
            let _ = &dir;
            let _ = &roots;
            let _ = &__unnamed3;
            let (a, Point { x, y: mut z }) = __unnamed3;
            let _ = &__unnamed4;
            #[allow(clippy::shadow_same)]
            let last = last;
            '_body: { body() }
        },
    ) {
        ::core::result::Result::Ok(value) => {
            ::landlock_runtime::__private::returned!(value)
        }
        ::core::result::Result::Err(error) => {
            ::landlock_runtime::__private::exit(&error, 3)
        }
    }
}
