use landlock_runtime::sandbox;

#[sandbox(isolate = process, read = ["/proc/self", optional("/proc/thread-self/status")], read_file = "/proc/net/tcp")]
fn work() -> u8 {
    1
}

fn main() {}
