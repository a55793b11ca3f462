//! The plan policy, enforced in the way that the first argument names, with marks for whoever counts; with a second argument,
//! also one for each allocation.

use landlock_bench_programs::counted::{self, Allocator, TELLS};
use landlock_bench_programs::{by_hand, raw};
use landlock_runtime::policy;
use std::sync::atomic::Ordering;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let enforce: fn() = match arguments.next().as_deref() {
        Some("raw") => raw::plan,
        Some("by_hand") => by_hand::plan,
        Some("policy") => restrict,
        _ => || (),
    };
    TELLS.store(arguments.next().is_some(), Ordering::Relaxed);
    counted::begin();
    enforce();
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
