//! Calls leave nothing in the program: no child, no zombie, no descriptor, no memory.

use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::process::{WaitOptions, wait};
use std::{fs, io};

pub(crate) const CASES: &[Case] =
    &[case!(fresh_calls_leave_nothing), case!(warm_calls_leave_nothing), case!(failures_leave_nothing)];

#[sandbox(isolate = process)]
fn fresh(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/proc")]
fn reused(bytes: &[u8]) -> io::Result<(usize, usize, u32)> {
    Ok((memory()? + bytes.len() - bytes.len(), descriptors()?, std::process::id()))
}

#[sandbox(isolate = process)]
fn fails(how: u32) -> Result<(), landlock_runtime::Error> {
    match how % 3 {
        0 => panic!("own words"),
        1 => std::process::abort(),
        _ => std::process::exit(0),
    }
}

fn descriptors() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/fd")?.count())
}

/// The resident pages.
fn memory() -> io::Result<usize> {
    let said = fs::read_to_string("/proc/self/statm")?;
    said.split(' ').nth(1).and_then(|pages| pages.parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// No child at all, not even a zombie.
fn is_childless() -> bool {
    matches!(wait(WaitOptions::NOHANG), Err(rustix::io::Errno::CHILD))
}

/// 4 MiB, of which thousands of leaks would be more.
const SLACK: usize = 1024;

fn fresh_calls_leave_nothing(_: &Scratch) -> Verdict {
    let bytes = vec![7; 64 << 10];
    assert_eq!(fresh(&bytes), bytes);
    let before = (descriptors()?, memory()?);
    for _ in 0..200 {
        assert_eq!(fresh(&bytes).len(), bytes.len());
        assert!(is_childless());
    }
    assert_eq!(descriptors()?, before.0);
    assert!(memory()? < before.1 + SLACK, "{} pages more", memory()? - before.1);
    Ok(())
}

fn warm_calls_leave_nothing(_: &Scratch) -> Verdict {
    let bytes = vec![7; 1 << 10];
    for _ in 0..100 {
        reused(&bytes)?;
    }
    let (before, of_worker) = ((descriptors()?, memory()?), reused(&bytes)?);
    for _ in 0..10_000 {
        reused(&bytes)?;
    }
    let after = reused(&bytes)?;
    assert_eq!((descriptors()?, after.1, after.2), (before.0, of_worker.1, of_worker.2));
    assert!(memory()? < before.1 + SLACK, "{} pages more", memory()? - before.1);
    assert!(after.0 < of_worker.0 + SLACK, "{} pages more in the worker", after.0 - of_worker.0);
    assert!(wait(WaitOptions::NOHANG)?.is_none(), "the worker, and no zombie");
    Ok(())
}

fn failures_leave_nothing(_: &Scratch) -> Verdict {
    let before = descriptors()?;
    for how in 0..30 {
        fails(how).expect_err("there is no value");
        assert!(is_childless());
    }
    assert_eq!(descriptors()?, before);
    Ok(())
}
