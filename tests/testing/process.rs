//! A body in a process of its own: each way in which it may end.

use landlock_runtime::testing::{run, run_within};
use landlock_runtime::{Error, ErrorKind, Policy, ProcessError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process, thread};

fn policy() -> Policy {
    Policy::new().read("/usr")
}

/// How it ended, without a value.
fn end<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ProcessError {
    let error = outcome.expect_err("there is no value");
    match error.kind() {
        ErrorKind::Process(end) => end.clone(),
        _ => panic!("{error}"),
    }
}

#[test]
fn it_is_restricted_and_another_process() -> Result<(), Error> {
    let body = |(one, two): &(PathBuf, String)| (process::id(), fs::read_dir(one).is_ok(), fs::read_dir(two).is_ok());
    let arguments = ("/usr".into(), "/etc".to_owned());
    let (pid, granted, denied) = run(&policy(), &arguments, body)?;
    assert_eq!((granted, denied), (true, false));
    assert_ne!(pid, process::id());
    assert!(fs::read_dir("/etc").is_ok(), "this process is free");
    Ok(())
}

#[test]
fn arguments_and_values_cross() -> Result<(), Error> {
    assert_eq!(run(&policy(), "text", str::len)?, 4);
    assert_eq!(run(&policy(), Path::new("/usr"), |path| path.join("lib"))?, Path::new("/usr/lib"));
    assert_eq!(run(&policy(), &[1, 2, 3][..], |numbers| numbers.iter().sum::<i32>())?, 6);
    let failed = run(&policy(), "/etc/passwd", |path| fs::read(path).map_err(|error| error.raw_os_error()))?;
    assert_eq!(failed, Err(Some(13)), "EACCES");
    run(&policy(), &(), |()| ())
}

#[test]
fn every_end_is_told() {
    let panics = || run(&policy(), "a text", |text| -> () { panic!("with {text}") });
    assert!(matches!(end(panics()), ProcessError::Panicked { message } if message == "with a text"));
    let exits = || run(&policy(), &7, |code| -> () { process::exit(*code) });
    assert!(matches!(end(exits()), ProcessError::Exited { code: 7, .. }));
    let aborts = || {
        run(&policy(), &(), |()| -> () {
            eprintln!("on the way out");
            process::abort()
        })
    };
    match end(aborts()) {
        ProcessError::Crashed { signal: 6, last_words } => assert_eq!(last_words, "on the way out"),
        end => panic!("{end}"),
    }
    let hangs = || run_within(Duration::from_millis(100), &policy(), &(), |()| thread::sleep(Duration::from_mins(10)));
    assert!(matches!(end(hangs()), ProcessError::TimedOut { limit, .. } if limit == Duration::from_millis(100)));
}

#[test]
fn a_sandbox_that_cannot_be_applied() {
    let error = run(&Policy::new().read("/missing"), &(), |()| ()).expect_err("it is missing");
    assert!(matches!(error.kind(), ErrorKind::Rules(_)), "{error}");
    assert!(format!("{error:#}").starts_with("tests/testing/process.rs:"), "{error:#}");
}

/// Neither its `main` nor the harness of the tests runs there.
#[test]
fn what_it_does_to_itself_stays_there() -> io::Result<()> {
    let moved = run(&policy(), "/usr", |there| env::set_current_dir(there).is_ok())?;
    assert!(moved);
    assert_ne!(env::current_dir()?, Path::new("/usr"));
    Ok(())
}
