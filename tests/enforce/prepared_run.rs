//! Calls of one prepared policy, on threads that a restricted one starts.

use crate::support::{descriptors, list, refused_here, says, threads, unrestricted};
use crate::threads::{policy, probes};
use landlock_runtime::{Error, ErrorKind, PlaceError, Policy, Prepared, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case, widen_every_open_ruleset};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::Barrier;
use std::time::Duration;
use std::{fs, thread};

pub(crate) const CASES: &[Case] = &[
    case!(calls_are_restricted_and_the_caller_is_not),
    case!(no_ruleset_is_open_inside),
    case!(value_panic_name_and_borrows_go_through),
    case!(ten_thousand_calls_leave_nothing).deadline(Duration::from_secs(90)),
    case!(calls_run_at_the_same_time),
    case!(nothing_else_after_the_first_call),
    case!(first_call_that_fails_may_be_repeated),
    case!(thread_that_cannot_start_is_an_error),
    case!(threads_that_calls_leave_behind_stay_restricted),
];

fn layers() -> usize {
    status().layers().count()
}

fn calls_are_restricted_and_the_caller_is_not(_: &Scratch) -> Verdict {
    let probes = probes();
    let prepared = policy().prepare()?;
    for _ in 0..3 {
        probes.outside()?;
        prepared.run(|| probes.inside())??;
        assert_eq!(prepared.run(layers)?, 1);
    }
    let name = || status().layers().map(|layer| layer.site().location().file().to_owned()).next();
    assert!(prepared.run(name)?.is_some_and(|file| file.ends_with("prepared_run.rs")));
    probes.outside()?;
    unrestricted()
}

/// `prepared::ruleset_that_waits_can_be_widened` shows that the attack works.
fn no_ruleset_is_open_inside(_: &Scratch) -> Verdict {
    let (probes, before) =
        (Probes::new().allowed("granted", list("/proc")).denied("not", Errno::ACCESS, list("/etc")), descriptors()?);
    let prepared = Policy::new().read("/proc").prepare()?;
    assert_eq!(descriptors()?.len(), before.len() + 1, "it waits");
    probes.outside()?;
    for _ in 0..3 {
        prepared.run(|| {
            assert_eq!(widen_every_open_ruleset()?, 0);
            let open = descriptors()?;
            assert!(open.iter().all(|target| !target.to_string_lossy().contains("landlock-ruleset")), "{open:?}");
            probes.inside()
        })??;
    }
    assert_eq!(descriptors()?, before);
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Payload(u8);

fn value_panic_name_and_borrows_go_through(_: &Scratch) -> Verdict {
    let prepared = policy().prepare()?;
    let mut seen = vec![thread::current().id()];
    let text = String::from("borrowed");
    for _ in 0..2 {
        assert_eq!(prepared.run(|| &text[..3])?, "bor");
        prepared.run(|| seen.push(thread::current().id()))?;
    }
    assert!(seen[0] != seen[1] && seen[1] != seen[2], "fresh threads: {seen:?}");
    let error = prepared.run(|| Err::<(), _>(Errno::XFULL))?;
    assert_eq!(error, Err(Errno::XFULL));
    let payload = catch_unwind(AssertUnwindSafe(|| prepared.run(|| panic_any(Payload(7))))).err().ok_or("no panic")?;
    assert_eq!(payload.downcast_ref(), Some(&Payload(7)));
    let name = || thread::current().name().map(str::to_owned);
    assert_eq!(prepared.run(name)?, name(), "after a panic");
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("worker".to_owned()).spawn_scoped(scope, || prepared.run(name))?;
        assert_eq!(worker.join().expect("no panic")?.as_deref(), Some("worker"));
        Ok(())
    })
}

fn ten_thousand_calls_leave_nothing(_: &Scratch) -> Verdict {
    let (open, running) = (descriptors()?, threads()?);
    let prepared = policy().prepare()?;
    let mut sum = prepared.run(|| 0)?;
    let during = (descriptors()?, threads()?);
    assert_eq!(during, (open.clone(), running + 1), "one thread more, and no ruleset");
    for number in 1..10_000 {
        prepared.run(|| sum += number)?;
    }
    assert_eq!(sum, 49_995_000);
    assert_eq!((descriptors()?, threads()?), during);
    drop(prepared);
    assert_eq!((descriptors()?, threads()?), (open, running));
    Ok(())
}

/// Also the first.
fn calls_run_at_the_same_time(_: &Scratch) -> Verdict {
    const CALLERS: usize = 8;
    let (prepared, inside) = (policy().prepare()?, Barrier::new(CALLERS));
    let (prepared, inside, probes) = (&prepared, &inside, &probes());
    probes.outside()?;
    thread::scope(|scope| {
        let call = || {
            (0..50).try_for_each(|_| {
                prepared.run(|| {
                    inside.wait();
                    probes.inside()
                })?
            })
        };
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(call)).collect();
        callers.into_iter().try_for_each(|caller| caller.join().expect("no panic"))
    })
}

fn nothing_else_after_the_first_call(_: &Scratch) -> Verdict {
    let run = || -> Result<Prepared, Error> {
        let prepared = policy().prepare()?;
        prepared.run(|| ())?;
        Ok(prepared)
    };
    let restrict: [fn(Prepared) -> Result<(), Error>; 2] =
        [|prepared| prepared.restrict_process().map(drop), |prepared| prepared.restrict_thread().map(drop)];
    for restrict in restrict {
        let error = refused_here(|| restrict(run()?))?;
        assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::RunsAlready)), "{error}");
        says(&error, &["has run a call", "prepare the policy once more"]);
    }
    assert_eq!(threads()?, 1, "its thread has ended");
    Ok(())
}

fn first_call_that_fails_may_be_repeated(scratch: &Scratch) -> Verdict {
    let (prepared, probes) = (policy().prepare()?, probes());
    probes.outside()?;
    let directories = (0..16).map(|number| scratch.directory(number.to_string()));
    let directories = directories.collect::<std::io::Result<Vec<_>>>()?;
    let full = || {
        for directory in &directories {
            let _ = policy().read(scratch.path()).read(directory).restrict_thread()?;
        }
        let error = prepared.run(|| ()).err().ok_or("a 17th layer")?;
        assert!(matches!(error.kind(), ErrorKind::Layers), "{error}");
        Ok(())
    };
    thread::scope(|scope| -> Verdict { scope.spawn(full).join().expect("no panic") })?;
    assert_eq!(threads()?, 1, "the thread that failed has ended");
    prepared.run(|| probes.inside())?
}

/// Notes which thread dropped it.
struct Witness<'a>(&'a mut Option<thread::ThreadId>);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        *self.0 = Some(thread::current().id());
    }
}

fn thread_that_cannot_start_is_an_error(_: &Scratch) -> Verdict {
    let prepared = policy().read("/proc/self/status").prepare()?;
    let mut dropped_by = None;
    let witness = Witness(&mut dropped_by);
    let before = getrlimit(Resource::As);
    let pages: u64 = fs::read_to_string("/proc/self/statm")?.split(' ').next().ok_or("no size")?.parse()?;
    // The stack of the outer call is in use, so that the inner one needs another; there is no room for that.
    let caller = prepared.run(|| {
        setrlimit(Resource::As, Rlimit { current: Some(pages * 4096 + (12 << 20)), ..before })?;
        let error = prepared.run(move || drop(witness)).err();
        setrlimit(Resource::As, before)?;
        says(&error.ok_or("there was room")?, &["starting the thread: "]);
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(thread::current().id())
    })??;
    assert_eq!(dropped_by, Some(caller), "by the caller, and not by the thread that starts the others");
    assert_eq!(prepared.run(layers)?, 1, "the next call runs");
    Ok(())
}

fn threads_that_calls_leave_behind_stay_restricted(_: &Scratch) -> Verdict {
    let (ask, asked) = std::sync::mpsc::channel::<()>();
    let prepared = policy().prepare()?;
    let left = prepared
        .run(|| thread::spawn(move || (asked.recv().is_ok(), list("/usr")(0).is_ok(), list("/etc")(0).is_ok())))?;
    drop(prepared);
    ask.send(())?;
    assert_eq!(left.join().expect("no panic"), (true, true, false));
    Ok(())
}
