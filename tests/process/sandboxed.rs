//! Inside is denied, outside and afterwards is free; also from a thread that is restricted itself.

use crate::support::{INSIDE, Listed, OUTSIDE, lists, runs_itself};
use landlock_runtime::{Policy, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(inside_is_denied_and_every_other_thread_is_free),
    case!(what_a_body_starts_is_restricted),
    case!(from_a_restricted_thread_both_hold),
    case!(a_policy_uses_the_arguments).abi(4),
    case!(nothing_is_enforced_where_nothing_is_asked),
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

#[sandbox(isolate = process, require = none, unrestricted = [fs, tcp, udp, unix, signal, abstract_unix])]
fn unrestricted() -> Listed {
    lists()
}

#[sandbox(isolate = process(reuse, workers = 1), require = none, unrestricted = [fs, tcp, udp, unix, signal, abstract_unix])]
fn unrestricted_reused() -> Listed {
    lists()
}

/// As on a kernel without Landlock: there is no ruleset, and the call goes through all the same.
fn nothing_is_enforced_where_nothing_is_asked(_: &Scratch) -> Verdict {
    for _ in 0..20 {
        assert_eq!(unrestricted(), OUTSIDE);
    }
    assert_eq!((unrestricted_reused(), unrestricted_reused()), (OUTSIDE, OUTSIDE));
    let plain = Policy::new().read("/usr").run(lists)?;
    assert_eq!(plain, INSIDE, "it is the policy, not the kernel");
    Ok(())
}
