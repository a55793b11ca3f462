use landlock_runtime::sandbox;

struct Found(u8);

#[sandbox(isolate = process)]
fn work() -> std::io::Result<Found> {
    Ok(Found(1))
}

fn main() {}
