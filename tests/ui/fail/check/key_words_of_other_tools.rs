use landlock_runtime::sandbox;

#[sandbox(
    best_effort = true,
    mandatory = true,
    hard_requirement,
    compat = soft,
    all_threads = true,
    scope = signal,
    signal,
    rwxc = "/srv",
    ro = "/opt",
    rw = "/tmp",
    rox = "/usr",
    allow_read = ["/etc", "/var"],
    tcp_connect = 443,
    connect = 80,
    bind = 8080,
    unix = "/run/app.sock",
    allow_net = "example.org"
)]
fn work() {}

fn main() {}
