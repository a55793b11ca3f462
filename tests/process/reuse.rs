//! Workers that stay: how many, how long, and what becomes of calls when one dies.

use crate::attacks;
use crate::support::{INSIDE, Listed, OUTSIDE, fate, lists, runs_itself};
use landlock_runtime::{Error, ErrorKind, PlaceError, Policy, ProcessError, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(workers_run_in_parallel_and_no_more_than_so_many),
    case!(a_worker_serves_so_many_calls),
    case!(a_worker_killed_while_idle_costs_no_call),
    case!(a_worker_that_panicked_is_replaced),
    case!(crashes_lose_no_call_of_others).only_ordinary().deadline(Duration::from_mins(5)),
    case!(a_later_layer_holds_for_later_calls),
    case!(two_sites_do_not_share),
    case!(a_body_does_not_restrict_its_worker),
    case!(a_body_that_executes_in_vain_does_not_either),
];

#[sandbox(isolate = process(reuse, workers = 1), read = ["/usr", "/etc"])]
fn narrows(all: bool) -> Result<(u32, Listed, bool), Error> {
    let policy = Policy::new().read("/usr");
    let error = if all { policy.restrict_process() } else { policy.restrict_thread() }.err();
    let refused = error.is_some_and(|error| matches!(error.kind(), ErrorKind::Place(PlaceError::SharedThread)));
    Ok((std::process::id(), lists(), refused))
}

#[sandbox(isolate = process(reuse, workers = 1), read = ["/usr", "/etc"])]
fn executes(executes: bool) -> Result<Listed, Error> {
    if executes {
        attacks::execute_in_vain(&Policy::new().read("/usr"))?;
    }
    Ok(lists())
}

/// What was to be executed is not there, but the restriction is on.
fn a_body_that_executes_in_vain_does_not_either(_: &Scratch) -> Verdict {
    for _ in 0..2 {
        assert_eq!((executes(false)?, executes(true)?, executes(false)?), (OUTSIDE, INSIDE, OUTSIDE));
    }
    Ok(())
}

/// It would stay narrower for the calls to come.
fn a_body_does_not_restrict_its_worker(_: &Scratch) -> Verdict {
    let first = narrows(false)?;
    assert_eq!(first, (first.0, OUTSIDE, true));
    assert_eq!((narrows(true)?, narrows(true)?), (first, first));
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 2))]
fn meets(mut stream: &UnixStream) -> io::Result<u32> {
    stream.write_all(b"!")?;
    stream.read_exact(&mut [0])?;
    Ok(std::process::id())
}

/// How many of these have something to read, after a while.
fn speaking(streams: &[UnixStream], at_least: usize) -> io::Result<usize> {
    let (mut speaking, tick) = (0, Timespec { tv_sec: 0, tv_nsec: 10_000_000 });
    for _ in 0..500 {
        let mut waited: Vec<_> = streams.iter().map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
        poll(&mut waited, Some(&tick))?;
        speaking = waited.iter().filter(|stream| !stream.revents().is_empty()).count();
        if speaking >= at_least {
            break;
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(speaking)
}

fn workers_run_in_parallel_and_no_more_than_so_many(_: &Scratch) -> Verdict {
    let pairs = (0..4).map(|_| UnixStream::pair()).collect::<io::Result<Vec<_>>>()?;
    let (here, there): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    thread::scope(|scope| {
        let calls: Vec<_> = there.iter().map(|stream| scope.spawn(move || meets(stream))).collect();
        assert_eq!(speaking(&here, 2)?, 2);
        thread::sleep(Duration::from_millis(200));
        assert_eq!(speaking(&here, 0)?, 2, "the others wait for their turn");
        for stream in &here {
            let mut stream = stream;
            stream.write_all(b"!")?;
        }
        let pids = calls.into_iter().map(|call| call.join().expect("no panic")).collect::<io::Result<Vec<_>>>()?;
        let pids: std::collections::BTreeSet<_> = pids.into_iter().collect();
        assert_eq!(pids.len(), 2, "two workers served all four");
        Ok(())
    })
}

#[sandbox(isolate = process(reuse, workers = 1, max_calls = 3))]
fn three_times() -> u32 {
    std::process::id()
}

fn a_worker_serves_so_many_calls(_: &Scratch) -> Verdict {
    let pids: Vec<_> = (0..9).map(|_| three_times()).collect();
    let workers: Vec<_> = pids.chunks(3).collect();
    assert!(workers.iter().all(|worker| worker.iter().all(|pid| pid == &worker[0])), "{pids:?}");
    assert!(workers[0] != workers[1] && workers[1] != workers[2], "{pids:?}");
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn pid(panics: bool) -> Result<u32, Error> {
    assert!(!panics, "own words");
    Ok(std::process::id())
}

fn a_worker_killed_while_idle_costs_no_call(_: &Scratch) -> Verdict {
    let mut last = pid(false)?;
    for round in 0..40 {
        kill_process(Pid::from_raw(last.cast_signed()).ok_or("a number")?, Signal::KILL)?;
        // Found dead, and found dying.
        if round % 2 == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        let next = pid(false)?;
        assert_ne!(last, next);
        last = next;
    }
    Ok(())
}

fn a_worker_that_panicked_is_replaced(_: &Scratch) -> Verdict {
    let before = pid(false)?;
    assert_eq!(pid(false)?, before);
    assert!(matches!(fate(pid(true)), ProcessError::Panicked { .. }));
    assert_ne!(pid(false)?, before);
    Ok(())
}

/// A parser with a bug, which a certain input reaches.
#[sandbox(isolate = process(reuse, workers = 2))]
fn parse(bytes: &[u8]) -> Result<usize, Error> {
    if bytes.starts_with(b"\xde\xad") {
        attacks::segmentation_fault();
    }
    Ok(bytes.split(|byte| *byte == b'\n').count())
}

fn crashes_lose_no_call_of_others(_: &Scratch) -> Verdict {
    let (corrupted, innocent) = (b"\xde\xad\n".as_slice(), b"one\ntwo\n".as_slice());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut calls = 0;
            while !done.load(Ordering::Relaxed) {
                assert_eq!(parse(innocent).expect("it is not this one"), 3);
                calls += 1;
            }
            calls
        });
        for _ in 0..1000 {
            let error = parse(corrupted).expect_err("it crashes");
            let crashed = |kind: &_| {
                matches!(
                    kind,
                    landlock_runtime::ErrorKind::Process(ProcessError::Crashed { signal: libc::SIGSEGV, .. })
                )
            };
            assert!(crashed(error.kind()), "{error}");
            assert_eq!(parse(innocent).expect("it is not this one"), 3);
        }
        done.store(true, Ordering::Relaxed);
        assert!(others.join().expect("no panic") > 100, "in parallel");
    });
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1), read = ["/usr", "/etc"])]
fn grants_both() -> (u32, Listed) {
    (std::process::id(), lists())
}

fn a_later_layer_holds_for_later_calls(_: &Scratch) -> Verdict {
    let before = grants_both();
    assert_eq!((before.1, grants_both().0), (OUTSIDE, before.0));
    let _ = runs_itself().read("/usr").restrict_process()?;
    let after = grants_both();
    assert_eq!(after.1, INSIDE);
    assert_ne!(after.0, before.0, "that one is free of the layer");
    assert_eq!(grants_both(), after);
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn other() -> u32 {
    std::process::id()
}

fn two_sites_do_not_share(_: &Scratch) -> Verdict {
    let (one, two) = (pid(false)?, other());
    assert_ne!(one, two);
    assert_eq!((pid(false)?, other()), (one, two));
    Ok(())
}
