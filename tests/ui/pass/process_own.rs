//! What leads out of a process's own directory, and what is another process's.
use landlock_runtime::{policy, presets, sandbox};

#[sandbox(
    isolate = process,
    exec = "/proc/self/exe",
    read = ["/proc/self/cwd", "/proc/self/root/etc", "/proc/1/status", "/proc", "/dev/null", "/dev/stdinx"],
    include = presets::proc_self(),
    quiet = quiet(rights = read_file, paths = "/proc/self")
)]
fn work() -> u8 {
    1
}

/// Threads have what their process has.
#[sandbox(read = ["/proc/self", "/dev/stdin"])]
fn here() {}

fn main() {
    let _ = (work as fn() -> u8, here as fn(), policy!(read = "/proc/self"));
}
