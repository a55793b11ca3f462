//! Enforcement on a thread, by the number of paths: as literals in an attribute, and as a list that the program has.

use crate::case::{Case, on_a_thread, time};
use landlock_bench_programs::{by_hand, raw};
use landlock_runtime::{Policy, each, sandbox};
use std::ffi::CString;
use std::thread;

include!(concat!(env!("OUT_DIR"), "/constant.rs"));

pub(super) fn cases() -> Vec<Case> {
    let constant: [(usize, fn()); 5] = [(1, read_1), (5, read_5), (20, read_20), (100, read_100), (1_000, read_1000)];
    let mut cases: Vec<_> = constant.into_iter().map(|(count, constant)| paths(count, constant)).collect();
    cases.extend([linear(), second_layer(20), second_layer(1_000)]);
    cases
}

fn paths(count: usize, constant: fn()) -> Case {
    let given = &PATHS[..count];
    let texts = texts(given);
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

/// The same once more, where the thread has a layer already: what comes to nothing under it is reported.
fn second_layer(count: usize) -> Case {
    let given = &PATHS[..count];
    let texts = texts(given);
    let under = move |enforce: &(dyn Fn() + Sync)| {
        thread::scope(|scope| {
            let body = || {
                let _report =
                    Policy::new().read(each(given)).net_connect(443).restrict_thread().expect("it is restricted");
                time(enforce)
            };
            scope.spawn(body).join().expect("it is measured to its end")
        })
    };
    Case::new(format!("{count} paths, in a second layer"))
        .variant("raw", move || under(&|| raw::read_only(texts.iter().map(CString::as_c_str))))
        .variant("landlock crate", move || under(&|| by_hand::read_only(given)))
        .variant("Policy", move || under(&|| read_only(given)))
}

fn texts(paths: &[&str]) -> Vec<CString> {
    paths.iter().map(|path| CString::new(*path).expect("a path has no NUL")).collect()
}

fn read_only(paths: &[&str]) {
    let _report = Policy::new().read(each(paths)).restrict_thread().expect("the thread is restricted");
}
