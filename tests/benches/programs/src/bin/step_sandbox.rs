//! How long the plan policy takes as this project enforces it.

use landlock_bench_programs::timed;
use landlock_runtime::policy;

fn main() {
    timed::print(|| {
        let policy = policy!(
            exec = ["/usr", "/lib", "/bin"],
            read = "/etc",
            read_write = "/tmp",
            net_connect = 443,
            net_bind = 8080
        );
        let _report = policy.restrict_process().expect("the process is restricted");
    });
}
