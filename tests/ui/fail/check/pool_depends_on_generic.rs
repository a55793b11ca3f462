use landlock_runtime::sandbox;

trait Files {
    const DIR: &str;
}

#[sandbox(isolate = pool, read = ["/etc", T::DIR])]
fn work<T: Files>() {}

fn main() {}
