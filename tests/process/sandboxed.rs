//! Inside is denied, outside and afterwards is free; also from a thread that is restricted itself.

use crate::support::{INSIDE, Listed, OUTSIDE, lists, runs_itself};
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(inside_is_denied_and_every_other_thread_is_free),
    case!(what_a_body_starts_is_restricted),
    case!(from_a_restricted_thread_both_hold),
    case!(a_policy_uses_the_arguments).abi(4),
    case!(without_landlock_none_runs),
];

#[sandbox(isolate = process, read = "/usr")]
fn fresh() -> Listed {
    lists()
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
fn reused() -> Listed {
    lists()
}

fn inside_is_denied_and_every_other_thread_is_free(_: &Scratch) -> Verdict {
    let (done, rounds) = (AtomicBool::new(false), AtomicU32::new(0));
    assert_eq!(lists(), OUTSIDE);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert_eq!(lists(), OUTSIDE);
                rounds.fetch_add(1, Ordering::Relaxed);
            }
        });
        let before = rounds.load(Ordering::Relaxed);
        for _ in 0..3 {
            assert_eq!((fresh(), reused()), (INSIDE, INSIDE));
            assert_eq!(lists(), OUTSIDE);
        }
        while rounds.load(Ordering::Relaxed) == before {
            thread::yield_now();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(landlock_runtime::status().layers().count(), 0);
    assert!(!rustix::thread::no_new_privs()?, "no_new_privs is the child's");
    Ok(())
}

#[sandbox(isolate = process, read = "/usr")]
fn starts_a_thread() -> Listed {
    thread::spawn(lists).join().expect("it ends")
}

fn what_a_body_starts_is_restricted(_: &Scratch) -> Verdict {
    assert_eq!(starts_a_thread(), INSIDE);
    assert_eq!(thread::spawn(lists).join().expect("it ends"), OUTSIDE);
    Ok(())
}

#[sandbox(isolate = process, read = ["/usr", "/etc"])]
fn grants_both() -> Listed {
    lists()
}

#[sandbox(isolate = process(reuse, workers = 1), read = ["/usr", "/etc"])]
fn grants_both_reused() -> Listed {
    lists()
}

/// The outer layer denies `/etc`, the call's own grants it.
fn from_a_restricted_thread_both_hold(_: &Scratch) -> Verdict {
    let outer = runs_itself().read("/usr");
    assert_eq!((grants_both(), grants_both_reused()), (OUTSIDE, OUTSIDE));
    let inner = outer.run(|| (fresh(), reused(), grants_both(), grants_both_reused()))?;
    assert_eq!(inner, (INSIDE, INSIDE, INSIDE, INSIDE));
    assert_eq!((grants_both(), grants_both_reused()), (OUTSIDE, OUTSIDE), "a worker of the thread is not for others");
    Ok(())
}

#[sandbox(isolate = process, net_connect = port, require = fs)]
fn connects(port: u16, to: u16) -> io::Result<()> {
    TcpStream::connect(("127.0.0.1", to)).map(drop)
}

fn a_policy_uses_the_arguments(_: &Scratch) -> Verdict {
    let listeners = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    let (granted, other) = (listeners.0.local_addr()?.port(), listeners.1.local_addr()?.port());
    TcpStream::connect(("127.0.0.1", other))?;
    connects(granted, granted)?;
    assert_eq!(connects(granted, other).map_err(|error| error.raw_os_error()), Err(Some(libc::EACCES)));
    Ok(())
}

#[sandbox(isolate = process, require = none)]
fn not_required() -> Listed {
    lists()
}

#[sandbox(isolate = process(reuse, workers = 1), require = none)]
fn not_required_reused() -> Listed {
    lists()
}

/// There is no ruleset, and the call goes through all the same. What the kernel has is asked once, so nothing is called before.
fn without_landlock_none_runs(_: &Scratch) -> Verdict {
    let calls = [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
    let rules: BTreeMap<_, _> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let fail = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, fail, ARCH.try_into()?)?.try_into()?;
    apply_filter(&filter)?;
    for _ in 0..20 {
        assert_eq!(not_required(), OUTSIDE);
    }
    assert_eq!((not_required_reused(), not_required_reused()), (OUTSIDE, OUTSIDE));
    Ok(())
}
