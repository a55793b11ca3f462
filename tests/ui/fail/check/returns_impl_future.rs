use landlock_runtime::sandbox;

#[sandbox]
fn work() -> impl Future<Output = bool> {
    async { std::fs::File::open("/etc/shadow").is_ok() }
}

fn main() {}
