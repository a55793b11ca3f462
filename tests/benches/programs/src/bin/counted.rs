//! The plan policy, enforced in the way that the first argument names, with marks for whoever counts; with a second argument,
//! also one for each allocation. Or a second layer, of which only the second counts; or many paths, and how many bytes they use.

use landlock_bench_programs::counted::{self, Allocator, IN_USE, TELLS};
use landlock_bench_programs::{by_hand, raw};
use landlock_runtime::{Policy, each, policy};
use std::sync::atomic::Ordering;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let enforce: fn() = match arguments.next().as_deref() {
        Some("raw") => raw::plan,
        Some("by_hand") => by_hand::plan,
        Some("policy") => restrict,
        Some("second") => {
            read(Policy::new().net_connect(443));
            || read(Policy::new())
        }
        Some("many") => {
            return println!("{}", of_ten_thousand_paths());
        }
        _ => || (),
    };
    TELLS.store(arguments.next().is_some(), Ordering::Relaxed);
    counted::begin();
    enforce();
}

/// Directories that every system has.
const DIRECTORIES: [&str; 13] = [
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/sbin",
    "/var",
];

fn read(policy: Policy) {
    let _report = policy.read(each(DIRECTORIES)).restrict_process().expect("the process is restricted");
}

/// The bytes in use for a policy of 10,000 paths that is enforced.
fn of_ten_thousand_paths() -> usize {
    // Each of another length, 40 bytes in the middle.
    let paths = (0..10_000).map(|number| format!("/usr{:/>1$}", "bin", 6 + number % 60));
    let before = IN_USE.load(Ordering::Relaxed);
    let policy = Policy::new().read(each(paths));
    let _report = policy.restrict_process().expect("the process is restricted");
    IN_USE.load(Ordering::Relaxed) - before
}

fn restrict() {
    let policy = policy!(
        exec = ["/usr", "/lib", "/bin"],
        read = "/etc",
        read_write = "/tmp",
        net_connect = 443,
        net_bind = 8080
    );
    let _report = policy.restrict_process().expect("the process is restricted");
}
