//! A call is what it is without the attribute: arguments, values, errors, panics, recursion, its stack.

use crate::{INSIDE, lists};
use landlock_runtime::{sandbox, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ThreadId};
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(arguments_borrow_and_are_written_to),
    case!(values_errors_and_panics_are_as_without),
    case!(generics_and_methods),
    case!(parts_of_arguments_without_a_name_are_dropped_inside),
    case!(recursion_stays_on_its_thread),
    case!(the_stack_is_as_large_as_it_says),
];

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

/// Says what it could list when it was dropped.
struct Witness<'a>(&'a AtomicU32);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(if lists() == INSIDE { 1 } else { 100 }, Ordering::SeqCst);
    }
}

struct Pair<'a> {
    named: Witness<'a>,
    _other: Witness<'a>,
}

#[sandbox(isolate = pool(workers = 1), read = "/usr")]
fn drops_parts<'a>(
    (_one, _): (Witness<'a>, Witness<'a>),
    Pair { named: _two, .. }: Pair<'a>,
    [_three, ..]: [Witness<'a>; 2],
    ref _four: Witness<'a>,
) {
}

fn parts_of_arguments_without_a_name_are_dropped_inside(_: &Scratch) -> Verdict {
    let dropped = AtomicU32::new(0);
    let witness = || Witness(&dropped);
    drop(witness());
    assert_eq!(dropped.swap(0, Ordering::SeqCst), 100, "outside");
    let pair = Pair { named: witness(), _other: witness() };
    drops_parts((witness(), witness()), pair, [witness(), witness()], witness());
    assert_eq!(dropped.load(Ordering::SeqCst), 7);
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
