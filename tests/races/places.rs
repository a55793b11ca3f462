//! Calls in pools, in processes and on fresh threads, all at once and from restricted threads, too.

use landlock_runtime::{Error, Policy, sandbox, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs::File;
use std::thread;

pub(crate) const CASES: &[Case] = &[case!(places_at_once), case!(a_restricted_thread_among_free_ones)];

const THREADS: usize = 8;
const ROUNDS: usize = 25;

/// Which of some files, that everybody may read, can be read.
fn reads() -> [bool; 3] {
    ["/etc/passwd", "/etc/group", "/usr"].map(|path| File::open(path).is_ok())
}

#[sandbox(isolate = pool(workers = 2), read = "/etc/passwd")]
fn pooled() -> Result<[bool; 3], Error> {
    Ok(reads())
}

#[sandbox(isolate = process, read = "/etc/group")]
fn processed() -> Result<[bool; 3], Error> {
    Ok(reads())
}

#[sandbox(isolate = process(reuse, workers = 2), read = ["/etc/group", "/usr"])]
fn reused() -> Result<[bool; 3], Error> {
    Ok(reads())
}

#[sandbox(read = ["/etc/passwd", "/usr"])]
fn on_a_thread() -> Result<[bool; 3], Error> {
    assert_eq!(status().layers().count(), 1);
    Ok(reads())
}

fn call(number: usize) -> Result<(), Error> {
    let (read, expected) = match number % 4 {
        0 => (pooled()?, [true, false, false]),
        1 => (processed()?, [false, true, false]),
        2 => (reused()?, [false, true, true]),
        _ => (on_a_thread()?, [true, false, true]),
    };
    assert_eq!(read, expected, "{}", number % 4);
    assert_eq!(reads(), [true; 3], "the caller is free");
    Ok(())
}

fn places_at_once(_: &Scratch) -> Verdict {
    assert_eq!(reads(), [true; 3]);
    thread::scope(|scope| {
        let act = |number| (0..ROUNDS).try_for_each(|round| call(number + round));
        let threads: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || act(number))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    Ok(())
}

/// Of the threads that call the pool, one is restricted: its calls are under both layers, and those of the others are not.
fn a_restricted_thread_among_free_ones(_: &Scratch) -> Verdict {
    pooled()?;
    let under_both = || -> Result<(), Error> {
        let _enforcement = Policy::new().read("/usr").restrict_thread()?;
        for _ in 0..ROUNDS * 4 {
            assert_eq!(pooled()?, [false; 3]);
            assert_eq!(on_both()?, [false, false, true]);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let restricted = scope.spawn(under_both);
        let free: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..ROUNDS * 4).try_for_each(|_| call(0)))).collect();
        free.into_iter().chain([restricted]).try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    Ok(())
}

#[sandbox(read = ["/etc/passwd", "/usr"])]
fn on_both() -> Result<[bool; 3], Error> {
    assert_eq!(status().layers().count(), 2);
    Ok(reads())
}
