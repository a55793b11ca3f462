//! Literals inside others that are no carve-outs: each adds a right, is the same grant, or may be another object.

use landlock_runtime::sandbox;

#[sandbox(
    exec = "/usr",
    read = ["/etc", "/etc", "/proc", "/dev"],
    write = ["/etc/app", optional("/usr/lib/app")],
    connect_unix = "/run",
    resolve_unix = "/run",
    read_file = ["/proc/self/status", "/dev/stdin", "/etcetera"],
    truncate = "/dev",
    require = none,
)]
fn work() {}

#[sandbox(read_write = "/srv", read = [std::path::Path::new("/srv/link"), optional(landlock_runtime::expand("$X/y"))])]
fn through_links() {}

fn main() {
    let _: [fn(); 2] = [work, through_links];
}
