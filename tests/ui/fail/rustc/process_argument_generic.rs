use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work<T: ToString>(job: T) -> String {
    job.to_string()
}

fn main() {}
