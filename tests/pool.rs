//! `isolate = pool`: calls on threads that were restricted once. Each case has a process of its own, with threads and
//! descriptors to count.
#![allow(clippy::unnecessary_wraps, reason = "a case has the type of a case")]

#[path = "process/attacks.rs"]
#[allow(dead_code, reason = "only one of them")]
mod attacks;

use attacks::{open_ruleset, widen_every_ruleset};
use landlock_runtime::{Error, ErrorKind, PlaceError, Policy, sandbox, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;
use std::{fs, io};

const CASES: &[Case] = &[
    case!(inside_is_denied_and_every_other_thread_is_free),
    case!(arguments_borrow_and_are_written_to),
    case!(values_errors_and_panics_are_as_without),
    case!(generics_and_methods),
    case!(recursion_stays_on_its_thread),
    case!(so_many_run_in_parallel_and_no_more),
    case!(two_sites_do_not_share),
    case!(the_files_of_the_first_call_stay_granted),
    case!(a_first_call_that_fails_can_be_made_again),
    case!(a_layer_of_the_caller_is_not_escaped),
    case!(a_pool_of_a_restricted_thread_has_both_layers),
    case!(parallelism_inside_stays_restricted),
    case!(the_stack_is_as_large_as_it_says),
    case!(no_ruleset_is_within_reach),
    case!(calls_leave_nothing),
];

fn main() -> ExitCode {
    landlock_tests::main(&[CASES])
}

/// Whether `/usr` can be listed, which is granted, and `/etc`, which a sandbox denies.
fn lists() -> (bool, bool) {
    (fs::read_dir("/usr").is_ok(), fs::read_dir("/etc").is_ok())
}

const INSIDE: (bool, bool) = (true, false);
const OUTSIDE: (bool, bool) = (true, true);

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn pooled() -> ((bool, bool), ThreadId) {
    (lists(), thread::current().id())
}

fn inside_is_denied_and_every_other_thread_is_free(_: &Scratch) -> Verdict {
    let done = AtomicBool::new(false);
    assert_eq!(lists(), OUTSIDE);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert_eq!(lists(), OUTSIDE);
            }
        });
        for _ in 0..100 {
            let (inside, on) = pooled();
            assert_eq!((inside, lists()), (INSIDE, OUTSIDE));
            assert_ne!(on, thread::current().id());
        }
        done.store(true, Ordering::Relaxed);
        other.join().expect("it was free");
    });
    assert_eq!(status().layers().count(), 0);
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = "/usr")]
fn writes<'a>(seen: &mut Vec<(bool, bool)>, text: &'a str, counter: &AtomicU32) -> &'a str {
    seen.push(lists());
    counter.fetch_add(1, Ordering::SeqCst);
    text.split(' ').next().unwrap_or(text)
}

fn arguments_borrow_and_are_written_to(_: &Scratch) -> Verdict {
    let (mut seen, text, counter) = (Vec::new(), "two words".to_owned(), AtomicU32::new(0));
    for _ in 0..3 {
        assert_eq!(writes(&mut seen, &text, &counter), "two");
    }
    assert_eq!((seen, counter.into_inner()), (vec![INSIDE; 3], 3));
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Payload(u8);

#[sandbox(isolate = pool(workers = 1), read = "/usr")]
fn fails(how: &str) -> io::Result<ThreadId> {
    match how {
        "panic" => panic_any(Payload(7)),
        "resume" => resume_unwind(Box::new(Payload(8))),
        "denied" => fs::read_dir("/etc").map(|_| thread::current().id()),
        _ => Ok(thread::current().id()),
    }
}

fn values_errors_and_panics_are_as_without(_: &Scratch) -> Verdict {
    let on = fails("not")?;
    assert_eq!(fails("denied").expect_err("it is denied").raw_os_error(), Some(libc::EACCES));
    assert!(fs::read_dir("/etc").is_ok());
    for (how, payload) in [("panic", Payload(7)), ("resume", Payload(8))] {
        let caught = catch_unwind(AssertUnwindSafe(|| fails(how))).expect_err("it panics");
        assert_eq!(caught.downcast_ref(), Some(&payload));
        assert_eq!(fails("not")?, on, "the thread goes on");
    }
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = "/usr")]
fn generic<T: Send, R: Send>(value: T, work: impl FnOnce(T) -> R + Send) -> (R, (bool, bool)) {
    (work(value), lists())
}

struct Counter(u32);

impl Counter {
    #[sandbox(isolate = pool(workers = 1), read = "/usr")]
    fn count(&mut self, (one, mut two): (u32, u32), _: Vec<u8>) -> u32 {
        assert_eq!(lists(), INSIDE);
        two += one;
        self.0 += two;
        self.0
    }
}

fn generics_and_methods(_: &Scratch) -> Verdict {
    assert_eq!(generic(7_u8, |seven| seven + 1), (8, INSIDE));
    assert_eq!(generic("text", str::len), (4, INSIDE));
    let mut counter = Counter(1);
    assert_eq!((counter.count((1, 2), vec![]), counter.0), (4, 4));
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = "/usr")]
fn depth(left: u32, on: Option<ThreadId>) -> usize {
    let this = thread::current().id();
    assert!(on.is_none_or(|on| on == this));
    if left == 0 { status().layers().count() } else { depth(left - 1, Some(this)) }
}

fn recursion_stays_on_its_thread(_: &Scratch) -> Verdict {
    assert_eq!(depth(40, None), 1, "one layer, and no thread waits for itself");
    Ok(())
}

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
    let text = reads(&file).expect_err("the path is missing").to_string();
    assert!(text.contains("read = \"/missing\": No such file"), "{text}");
    tell(scratch.join("later"));
    assert_eq!(reads(&file)?, "some bytes");
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = ["/usr", "/etc"])]
fn grants_both() -> Result<(bool, bool), Error> {
    Ok(lists())
}

fn a_layer_of_the_caller_is_not_escaped(_: &Scratch) -> Verdict {
    assert_eq!(grants_both()?, OUTSIDE);
    let error = Policy::new().read("/usr").run(grants_both)?.expect_err("it would escape");
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldEscape)), "{error}");
    assert!(error.to_string().contains("(`isolate = thread`)"), "{error}");
    assert_eq!(grants_both()?, OUTSIDE);
    Ok(())
}

fn a_pool_of_a_restricted_thread_has_both_layers(_: &Scratch) -> Verdict {
    let outer = Policy::new().read("/usr");
    let ((ask, asked), (tell, told)) = (mpsc::channel::<()>(), mpsc::channel());
    thread::scope(|scope| {
        scope.spawn(move || {
            let _ = outer.restrict_thread().expect("it is enforced");
            for () in asked {
                tell.send(grants_both().map(|listed| (listed, lists()))).expect("it is heard");
            }
        });
        for _ in 0..2 {
            ask.send(())?;
            assert_eq!(told.recv()??, (INSIDE, INSIDE), "the outer layer holds");
        }
        assert_eq!(lists(), OUTSIDE);
        drop(ask);
        Ok(())
    })
}

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn parallel() -> Vec<(bool, bool)> {
    let (one, (two, three)) = rayon_core::join(lists, || rayon_core::join(lists, lists));
    let (mut four, mut five) = ((true, true), (true, true));
    rayon_core::scope(|scope| {
        scope.spawn(|_| four = lists());
        scope.spawn(|_| five = thread::scope(|scope| scope.spawn(lists).join().expect("no panic")));
    });
    vec![one, two, three, four, five]
}

fn parallelism_inside_stays_restricted(_: &Scratch) -> Verdict {
    for _ in 0..50 {
        assert_eq!(parallel(), [INSIDE; 5]);
    }
    assert_eq!(rayon_core::join(lists, lists), (OUTSIDE, OUTSIDE), "the global pool is free");
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), stack = "64 MiB")]
fn deep(left: u32) -> u32 {
    fn recurse(left: u32) -> u32 {
        let page = std::hint::black_box([left; 1024]);
        if left == 0 { 0 } else { recurse(left - 1) + page[0].min(1) }
    }
    recurse(left)
}

fn the_stack_is_as_large_as_it_says(_: &Scratch) -> Verdict {
    assert_eq!(deep(8000), 8000, "32 MiB of frames");
    Ok(())
}

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn widens() -> io::Result<(usize, (bool, bool))> {
    Ok((widen_every_ruleset()?, lists()))
}

fn no_ruleset_is_within_reach(_: &Scratch) -> Verdict {
    for _ in 0..20 {
        assert_eq!(widens()?, (0, INSIDE));
    }
    let open = open_ruleset()?;
    assert_eq!(widens()?, (1, INSIDE), "the attack finds one that somebody else has open");
    drop(open);
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
