use landlock_runtime::sandbox;

#[sandbox(isolate = process, on_error = panic)]
fn work(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

fn main() {}
