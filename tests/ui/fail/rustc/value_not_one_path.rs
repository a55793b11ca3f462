use landlock_runtime::sandbox;

#[sandbox(read = roots)]
fn work(roots: Vec<std::path::PathBuf>) {
    drop(roots);
}

fn main() {}
