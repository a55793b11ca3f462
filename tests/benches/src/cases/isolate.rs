//! What a call costs in each place, beside the start of whatever runs it.

use super::bare;
use crate::case::Case;
use crate::programs;
use landlock_bench_programs::{by_hand, raw};
use landlock_runtime::sandbox;
use std::path::Path;

#[sandbox(read = "/etc")]
fn on_thread(number: u64) -> u64 {
    number + 1
}

#[sandbox(exec = ["/usr", "/lib", "/bin"], read = "/etc", read_write = "/tmp", net_connect = 443, net_bind = 8080)]
fn on_thread_with_plan(number: u64) -> u64 {
    number + 1
}

#[sandbox(isolate = pool, read = "/etc")]
fn in_pool(number: u64) -> u64 {
    number + 1
}

#[sandbox(isolate = process, read = "/etc")]
fn in_process(number: u64) -> u64 {
    number + 1
}

pub(super) fn cases() -> Vec<Case> {
    let this = Path::new("/proc/self/exe");
    vec![
        Case::new("thread, 1 path")
            .timed("spawn, raw, join", || bare(|| raw::read_only([c"/etc"])))
            .timed("spawn, landlock crate, join", || bare(|| by_hand::read_only(["/etc"])))
            .timed("thread", || on_thread(1))
            .limit("thread", "spawn, raw, join", 1.15),
        Case::new("thread, plan policy")
            .timed("spawn, raw, join", || bare(raw::plan))
            .timed("spawn, landlock crate, join", || bare(by_hand::plan))
            .timed("thread", || on_thread_with_plan(1))
            .limit("thread", "spawn, raw, join", 1.15),
        Case::new("pool, 1 path").timed("spawn, join", || bare(|| ())).timed("pool", || in_pool(1)).limit(
            "pool",
            "spawn, join",
            0.50,
        ),
        Case::new("process, 1 path")
            .timed("Command on this program", || programs::run(this, &[programs::RETURN]))
            .timed("process", || in_process(1))
            .limit("process", "Command on this program", 1.15),
    ]
}
