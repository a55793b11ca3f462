use landlock_runtime::sandbox;

#[sandbox(isolate = pool, read = ..["a", "b"].map(|name| format!("{dir}/{name}")))]
fn work(dir: &str) {
    drop(dir.len());
}

fn main() {}
