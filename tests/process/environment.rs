//! What a body finds: a session of its own, an empty standard input, no descriptor but its channel; and what the program hears
//! of it.

use crate::programs;
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::io::{FdFlags, fcntl_setfd};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(a_session_and_an_empty_input),
    case!(nothing_is_open_but_the_channel),
    case!(the_variable_of_the_start_is_gone),
    case!(standard_output_and_error_are_the_program_s),
    case!(main_never_runs_in_a_child),
];

#[sandbox(isolate = process)]
fn session() -> (i32, i32, i32, usize) {
    session_of_this()
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn session_reused() -> (i32, i32, i32, usize) {
    session_of_this()
}

fn session_of_this() -> (i32, i32, i32, usize) {
    let number = |pid: rustix::process::Pid| pid.as_raw_nonzero().get();
    let ids =
        [rustix::process::getpid(), rustix::process::getsid(None).expect("it has one"), rustix::process::getpgrp()];
    let [process, session, group] = ids.map(number);
    let read = std::io::stdin().read_to_end(&mut Vec::new()).expect("it can be read");
    (process, session, group, read)
}

fn a_session_and_an_empty_input(_: &Scratch) -> Verdict {
    for (process, session, group, read) in [session(), session_reused(), session_reused()] {
        assert_eq!((session, group, read), (process, process, 0));
        assert_ne!(process, std::process::id().cast_signed());
    }
    Ok(())
}

/// What each open descriptor is open on, without that of this listing.
fn open() -> BTreeMap<i32, PathBuf> {
    let numbers = fs::read_dir("/proc/self/fd").expect("`/proc` is granted");
    let numbers: Vec<_> = numbers.map(|entry| entry.expect("an entry").file_name()).collect();
    let number = |name: &std::ffi::OsString| name.to_str().and_then(|name| name.parse().ok()).expect("a number");
    numbers
        .iter()
        .filter_map(|name| Some((number(name), fs::read_link(PathBuf::from("/proc/self/fd").join(name)).ok()?)))
        .collect()
}

#[sandbox(isolate = process, read = "/proc")]
fn open_in_a_child() -> BTreeMap<i32, PathBuf> {
    open()
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/proc")]
fn open_in_a_worker() -> BTreeMap<i32, PathBuf> {
    open()
}

fn nothing_is_open_but_the_channel(scratch: &Scratch) -> Verdict {
    let secret = scratch.file("secret")?;
    let file = File::open(&secret)?;
    fcntl_setfd(&file, FdFlags::empty())?;
    let number = file.as_raw_fd().to_string();
    let inherited = Command::new("readlink").arg(format!("/proc/self/fd/{number}")).output()?;
    assert!(String::from_utf8(inherited.stdout)?.contains("secret"), "any other child inherits it");
    assert_eq!(open().get(&file.as_raw_fd()), Some(&secret.canonicalize()?));

    for open in [open_in_a_child(), open_in_a_worker(), open_in_a_worker()] {
        assert_eq!(open.len(), 4, "{open:?}");
        assert_eq!(open.get(&0), Some(&PathBuf::from("/dev/null")));
        assert!(open[&2].to_string_lossy().starts_with("pipe:") && open.contains_key(&1), "{open:?}");
        let channel = open.iter().find(|(number, _)| **number > 2).ok_or("a channel")?;
        assert!(channel.1.to_string_lossy().starts_with("socket:"), "{open:?}");
    }
    Ok(())
}

#[sandbox(isolate = process)]
fn variables() -> (Vec<(String, String)>, Option<String>, usize) {
    let ours = std::env::vars().filter(|(name, _)| name.starts_with("LANDLOCK"));
    (ours.collect(), std::env::var("SEEN_BY_ALL").ok(), std::env::args().count())
}

fn the_variable_of_the_start_is_gone(_: &Scratch) -> Verdict {
    let found = temp_env::with_var("SEEN_BY_ALL", Some("yes"), variables);
    assert_eq!((found.0, found.1.as_deref()), (vec![], Some("yes")));
    assert!(found.2 <= 1, "no argument of the program");
    assert_eq!(variables().1, None);
    Ok(())
}

fn standard_output_and_error_are_the_program_s(_: &Scratch) -> Verdict {
    let ran = programs::start("talks", &[])?.output()?;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(String::from_utf8(ran.stdout)?, "fresh: out\nreused: out\nreused: out\nmain: out\n");
    let said = String::from_utf8(ran.stderr)?;
    for words in ["fresh: err\n", "reused: err\nreused: err\n", "main: err\n"] {
        assert!(said.contains(words), "{said}");
    }
    Ok(())
}

fn main_never_runs_in_a_child(scratch: &Scratch) -> Verdict {
    let marker = scratch.join("marker");
    let ran = programs::start("marks", &[marker.as_os_str()])?.output()?;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(fs::read_to_string(&marker)?, "main\n");
    assert_eq!(String::from_utf8(ran.stdout)?, "6 calls in 4 other processes\n");
    Ok(())
}
