use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
fn work() -> impl FnMut() -> bool {
    || std::fs::File::open("/etc/shadow").is_ok()
}

fn main() {}
