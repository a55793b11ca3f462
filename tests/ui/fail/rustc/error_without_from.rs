use landlock_runtime::sandbox;

struct Mine;

#[sandbox(read = "/etc")]
fn work() -> Result<(), Mine> {
    Ok(())
}

fn main() {}
