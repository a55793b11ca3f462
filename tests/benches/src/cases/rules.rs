//! Enforcement on a thread, by the number of paths: as literals in an attribute, and as a list that the program has.

use crate::case::{Case, on_a_thread};
use landlock_bench_programs::{by_hand, raw};
use landlock_runtime::{Policy, each, sandbox};
use std::ffi::CString;

include!(concat!(env!("OUT_DIR"), "/constant.rs"));

pub(super) fn cases() -> Vec<Case> {
    let constant: [(usize, fn()); 5] = [(1, read_1), (5, read_5), (20, read_20), (100, read_100), (1_000, read_1000)];
    let mut cases: Vec<_> = constant.into_iter().map(|(count, constant)| paths(count, constant)).collect();
    cases.push(linear());
    cases
}

fn paths(count: usize, constant: fn()) -> Case {
    let given = &PATHS[..count];
    let texts: Vec<_> = given.iter().map(|path| CString::new(*path).expect("a path has no NUL")).collect();
    let case = Case::new(format!("{count} paths"))
        .variant("raw", move || on_a_thread(|| raw::read_only(texts.iter().map(CString::as_c_str))))
        .variant("landlock crate", move || on_a_thread(|| by_hand::read_only(given)))
        .variant("#[sandbox]", move || on_a_thread(constant))
        .variant("Policy", move || on_a_thread(|| read_only(given)));
    if count == 20 { case.limit("#[sandbox]", "raw", 1.10).limit("Policy", "raw", 1.10) } else { case }
}

/// What a path costs among a thousand, and what it costs among twenty.
fn linear() -> Case {
    let cost = |count: u32| move || on_a_thread(|| read_only(&PATHS[..count as usize])) / count;
    Case::new("a path of many")
        .variant("of 20", cost(20))
        .variant("of 1,000", cost(1_000))
        .limit("of 1,000", "of 20", 1.10)
}

fn read_only(paths: &[&str]) {
    let _report = Policy::new().read(each(paths)).restrict_thread().expect("the thread is restricted");
}
