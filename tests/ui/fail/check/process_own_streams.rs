use landlock_runtime::sandbox;

#[sandbox(isolate = process(reuse), read = "/dev/stdin", write_file = ["/dev/fd/3", "/proc/self/fd"])]
fn work() -> u8 {
    1
}

fn main() {}
