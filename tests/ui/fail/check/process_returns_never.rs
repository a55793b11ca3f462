use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work() -> ! {
    std::process::exit(1)
}

fn main() {}
