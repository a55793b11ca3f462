//! The threads of a site: how many, whose, with what they opened at first, and that calls leave nothing else.

use crate::{INSIDE, lists, pooled};
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(so_many_run_in_parallel_and_no_more),
    case!(two_sites_do_not_share),
    case!(the_files_of_the_first_call_stay_granted),
    case!(a_first_call_that_fails_can_be_made_again),
    case!(calls_leave_nothing),
];

#[sandbox(isolate = pool(workers = 3), read = "/usr")]
fn meets(inside: &AtomicU32, most: &AtomicU32, all_three: Option<&Barrier>) -> ThreadId {
    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    if let Some(all_three) = all_three {
        all_three.wait();
    }
    thread::sleep(Duration::from_millis(5));
    inside.fetch_sub(1, Ordering::SeqCst);
    thread::current().id()
}

fn so_many_run_in_parallel_and_no_more(_: &Scratch) -> Verdict {
    let (inside, most, barrier) = (AtomicU32::new(0), AtomicU32::new(0), Barrier::new(3));
    let call = |callers: u32, barrier: Option<&Barrier>| {
        thread::scope(|scope| {
            let calls: Vec<_> = (0..callers).map(|_| scope.spawn(|| meets(&inside, &most, barrier))).collect();
            calls.into_iter().map(|call| format!("{:?}", call.join().expect("no panic"))).collect::<BTreeSet<_>>()
        })
    };
    assert_eq!(call(3, Some(&barrier)).len(), 3, "in parallel, or they would wait for ever");
    assert!(call(12, None).len() <= 3);
    assert_eq!(most.into_inner(), 3);
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = "/etc")]
fn other_site() -> ((bool, bool), ThreadId) {
    (lists(), thread::current().id())
}

fn two_sites_do_not_share(_: &Scratch) -> Verdict {
    let (one, other) = (pooled(), other_site());
    assert_eq!((one.0, other.0), (INSIDE, (false, true)));
    assert_ne!(one.1, other.1);
    Ok(())
}

/// A policy of a pool names no argument, so the directory is told beside.
static DIRECTORY: std::sync::RwLock<Option<PathBuf>> = std::sync::RwLock::new(None);

fn directory() -> PathBuf {
    DIRECTORY.read().ok().and_then(|directory| directory.clone()).unwrap_or_else(|| "/missing".into())
}

#[sandbox(isolate = pool(workers = 1), read = directory())]
fn reads(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

fn tell(directory: PathBuf) {
    *DIRECTORY.write().expect("nobody panics") = Some(directory);
}

fn the_files_of_the_first_call_stay_granted(scratch: &Scratch) -> Verdict {
    let file = scratch.file("old/file")?;
    tell(scratch.join("old"));
    assert_eq!(reads(&file)?, "some bytes");
    fs::rename(scratch.join("old"), scratch.join("moved"))?;
    assert_eq!(reads(&scratch.join("moved/file"))?, "some bytes", "the same directory");
    let file = scratch.file("old/file")?;
    assert_eq!(fs::read_to_string(&file)?, "some bytes");
    assert_eq!(reads(&file).expect_err("another directory").kind(), io::ErrorKind::PermissionDenied);
    Ok(())
}

fn a_first_call_that_fails_can_be_made_again(scratch: &Scratch) -> Verdict {
    let file = scratch.file("later/file")?;
    let error = reads(&file).expect_err("the path is missing");
    assert!(format!("{error:#}").contains("read = \"/missing\": No such file"), "{error:#}");
    tell(scratch.join("later"));
    assert_eq!(reads(&file)?, "some bytes");
    Ok(())
}

fn descriptors() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/fd")?.count())
}

/// The resident pages.
fn memory() -> io::Result<usize> {
    let said = fs::read_to_string("/proc/self/statm")?;
    said.split(' ').nth(1).and_then(|pages| pages.parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Two more threads, and 4 MiB at most.
fn calls_leave_nothing(_: &Scratch) -> Verdict {
    let threads = || fs::read_dir("/proc/self/task").map(Iterator::count);
    let at_first = descriptors()?;
    (0..100).for_each(|_| assert_eq!(pooled().0, INSIDE));
    let before = (descriptors()?, threads()?, memory()?);
    assert_eq!((before.0, before.1), (at_first, 3));
    for _ in 0..10_000 {
        assert_eq!(pooled().0, INSIDE);
    }
    assert_eq!((descriptors()?, threads()?), (before.0, before.1));
    assert!(memory()? < before.2 + 1024, "{} pages more", memory()? - before.2);
    Ok(())
}
