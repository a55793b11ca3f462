//! The plan policy, enforced in the way that the first argument names, with marks for whoever counts; with a second argument,
//! also one for each allocation. Or a second layer, of which only the second counts.

use landlock_bench_programs::counted::{self, Allocator, TELLS};
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
