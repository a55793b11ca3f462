// #[sandbox(isolate = in_place, include = presets::dns(), unrestricted = [signal, refer])]
// fn worker(jobs: Receiver<Job>) { #![allow(unused)] for job in jobs { job.run() } }

fn worker(jobs: Receiver<Job>) {
    #![allow(unused)]
    if let ::core::result::Result::Err(error) = ::landlock_runtime::__private::restrict_in_place(
        ::landlock_runtime::__private::site!(),
        ::landlock_runtime::Policy::new()
            .include(&presets::dns())
            .unrestricted(::landlock_runtime::Feature::Signal)
            .unrestricted(::landlock_runtime::Right::Refer),
    ) {
        ::landlock_runtime::__private::panic(&error)
    }
    '_body: {
        for job in jobs {
            job.run()
        }
    }
}
