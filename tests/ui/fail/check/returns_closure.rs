use landlock_runtime::sandbox;

#[sandbox]
fn work() -> Box<dyn for<'a> Fn(&'a str) -> bool + Send> {
    Box::new(|name| std::fs::File::open(name).is_ok())
}

fn main() {}
