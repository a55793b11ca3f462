//! A policy that was prepared: entered by a new thread, and put on.

use super::bare;
use crate::case::{Case, time};
use landlock_bench_programs::{by_hand, plan, raw};
use landlock_runtime::{Policy, policy};
use std::thread;
use std::time::Duration;

pub(super) fn cases() -> Vec<Case> {
    let prepared = plan_policy().prepare().expect("it is prepared");
    let raw_ruleset = raw::plan_ruleset();
    let by_hand = by_hand::ruleset(plan::paths());
    vec![
        Case::new("a call, plan policy")
            .timed("spawn, join", || bare(|| ()))
            .timed("spawn, raw, join", move || bare(|| raw::restrict(&raw_ruleset)))
            .timed("spawn, landlock crate, join", move || {
                bare(|| by_hand::restrict(by_hand.try_clone().expect("a descriptor is left")))
            })
            .timed("run", move || prepared.run(|| 2).expect("it runs"))
            .limit("run", "spawn, join", 1.35),
        Case::new("the entry, plan policy")
            .variant("raw", || entry(raw::plan_ruleset, |ruleset| raw::restrict(&ruleset)))
            .variant("landlock crate", || entry(|| by_hand::ruleset(plan::paths()), by_hand::restrict))
            .variant("restrict_thread", || {
                let prepare = || plan_policy().prepare().expect("it is prepared");
                entry(prepare, |prepared| drop(prepared.restrict_thread().expect("the thread is restricted")))
            })
            .limit("restrict_thread", "raw", 1.10),
    ]
}

fn plan_policy() -> Policy {
    policy!(exec = ["/usr", "/lib", "/bin"], read = "/etc", read_write = "/tmp", net_connect = 443, net_bind = 8080)
}

/// How long a thread takes to put on, and to close, what it has prepared.
fn entry<R>(prepare: fn() -> R, enter: impl FnOnce(R) + Send) -> Duration {
    let body = || {
        let prepared = prepare();
        time(|| enter(prepared))
    };
    thread::scope(|scope| scope.spawn(body).join()).expect("it is measured to its end")
}
