use landlock_runtime::sandbox;

#[sandbox]
fn work() -> Option<Box<dyn (FnOnce() -> bool) + Send>> {
    Some(Box::new(|| std::fs::File::open("/etc/shadow").is_ok()))
}

fn main() {}
