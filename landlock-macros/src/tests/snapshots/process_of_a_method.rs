// #[sandbox(isolate = process, read = self.root)]
// unsafe fn walk<'a, T: Visit<Self>, const N: usize>(&self, mut visit: T, depths: &'a [u8; N], _: Hint) -> usize { visit.all(self) }

unsafe fn walk<'a, T: Visit<Self>, const N: usize>(
    &self,
    mut visit: T,
    depths: &'a [u8; N],
    __unnamed3: Hint,
) -> usize {
    if ::landlock_runtime::__private::called_by_a_worker() {
        #[allow(clippy::shadow_same)]
        let depths = depths;
        '_body: { visit.all(self) }
    } else {
        match ::landlock_runtime::__private::Process::new()
            .run(
                ::landlock_runtime::__private::site!(),
                ::landlock_runtime::Policy::new().read(&self.root),
                (
                    ::landlock_runtime::__private::argument!(self),
                    ::landlock_runtime::__private::argument!(visit),
                    ::landlock_runtime::__private::argument!(depths),
                    ::landlock_runtime::__private::argument!(__unnamed3),
                ),
                ::landlock_runtime::__private::reply!(usize),
                |(argument0, argument1, argument2, argument3)| ::landlock_runtime::__private::in_a_worker(||
                unsafe {
                    Self::walk::<T, N>(argument0, argument1, argument2, argument3)
                }),
            )
        {
            ::core::result::Result::Ok(value) => value,
            ::core::result::Result::Err(error) => {
                ::landlock_runtime::__private::panic(&error)
            }
        }
    }
}
