//! Every ABI up to this kernel's own, emulated: exactly which rights are missing there, what `require` refuses, and who
//! sees it.

use crate::kernels::{known, since};
use landlock_runtime::testing::{abi, require_abi, run};
use landlock_runtime::{
    Enforcement, Error, ErrorKind, PlaceError, Policy, Require, Right, Rights, Unavailable, status,
};
use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{io, thread};

fn policy() -> Policy {
    Policy::new().read("/usr")
}

/// What is enforced on a child process, which nothing is withheld from.
fn of_a_child(policy: &Policy) -> Result<Enforcement, Error> {
    policy.apply_to(&mut Command::new("/usr/bin/true"))
}

/// What is enforced on a fresh thread.
fn of_a_thread() -> Result<Enforcement, Error> {
    policy().run(|| status().layers().last().cloned().expect("there is a layer"))
}

fn on_each(check: impl Fn(u32) + Sync) -> io::Result<()> {
    let real = landlock_tests::abi();
    (1..=real).try_for_each(|older| abi(older, || check(older)))?;
    println!("ABI 1 to {real}");
    Ok(())
}

#[test]
fn exactly_the_rights_of_later_kernels_are_missing() -> io::Result<()> {
    on_each(|older| {
        let child = of_a_child(&policy()).expect("all that is required is there");
        assert_eq!(child.abi(), Ok(older));
        assert_eq!((child.enforced(), child.missing()), (known(older), Rights::ALL - known(older)), "ABI {older}");
        // The signal scope of a thread needs the fix of erratum 2. Emulation answers no such question below ABI 7; a kernel may.
        let fixed = child.errata() & 0b10 != 0;
        let withheld = if fixed { Rights::EMPTY } else { Right::Signal.into() };
        let thread = of_a_thread().expect("all that is required is there");
        assert_eq!((thread.abi(), thread.enforced()), (Ok(older), known(older) - withheld), "ABI {older}");
    })
}

/// Whoever asks it, and wherever: a thread that sees another kernel, too.
#[test]
fn a_report_tells_the_errata_of_its_own_kernel() -> io::Result<()> {
    if !require_abi(7) {
        return Ok(());
    }
    let real = of_a_child(&policy()).expect("all that is required is there");
    let older = abi(1, || of_a_child(&policy()))?.expect("all that is required is there");
    let (of_the_real, of_the_older) = abi(2, || (real.errata(), older.errata()))?;
    assert_ne!(of_the_real, 0, "every kernel of ABI 7 can tell");
    assert_eq!((real.errata(), of_the_older, older.errata()), (of_the_real, 0, 0));
    Ok(())
}

/// Issue by issue, as the kernel's documentation has them: not by the table above.
#[test]
fn the_gaps_of_the_first_kernels_are_reported() -> io::Result<()> {
    let gaps = [
        (1, Right::Refer, "refer (ABI 2, Linux 5.19); truncate (ABI 3, Linux 6.2); bind_tcp, connect_tcp (ABI 4"),
        (2, Right::Truncate, "not enforced by this kernel: truncate (ABI 3, Linux 6.2); bind_tcp, connect_tcp (ABI 4"),
        (3, Right::BindTcp, "not enforced by this kernel: bind_tcp, connect_tcp (ABI 4, Linux 6.7); ioctl_dev (ABI 5"),
        (4, Right::IoctlDev, "not enforced by this kernel: ioctl_dev (ABI 5, Linux 6.10); abstract_unix"),
        (5, Right::Signal, "not enforced by this kernel: abstract_unix_socket, signal (ABI 6, Linux 6.12)"),
    ];
    for (older, gap, text) in gaps {
        if !require_abi(older + 1) {
            continue;
        }
        let report = || of_a_child(&policy()).map(|report| (report.missing().contains(gap), report.to_string()));
        let (is_missing, said) = abi(older, report)?.expect("the default requires nothing of it");
        assert!(is_missing && said.contains(text), "ABI {older}: {said}");
        let (is_missing, _) = abi(older + 1, report)?.expect("the default requires nothing of it");
        assert!(!is_missing, "ABI {}", older + 1);
    }
    Ok(())
}

#[test]
fn require_refuses_what_is_missing_and_nothing_else() -> io::Result<()> {
    on_each(|older| {
        for right in Right::ALL.iter().copied() {
            let outcome = of_a_child(&policy().require(right));
            if since(right) <= older {
                assert!(outcome.is_ok(), "ABI {older}, {right:?}");
                continue;
            }
            let error = outcome.expect_err("it is required and missing");
            let ErrorKind::Required(required) = error.kind() else { panic!("{error}") };
            assert_eq!((required.abi, required.missing), (Ok(older), right.into()), "ABI {older}");
        }
        assert!(of_a_child(&policy().require(Require::Abi(older))).is_ok());
        let error = of_a_child(&policy().require(Require::Abi(older + 1))).expect_err("it is the next ABI");
        assert!(error.to_string().contains(&format!("this kernel has ABI {older}, and the policy requires ABI")));
        assert_eq!(of_a_child(&policy().require(Require::All)).is_ok(), known(older) == Rights::ALL);
    })
}

/// The body does not run, unless nothing is required.
#[test]
fn a_kernel_without_landlock() -> io::Result<()> {
    abi(0, || {
        let error = policy().run(|| unreachable!("it is not restricted")).expect_err("files are required");
        let ErrorKind::Required(required) = error.kind() else { panic!("{error}") };
        assert_eq!(required.abi, Err(Unavailable::NotBuiltIn));
        let listed = policy().require(Require::None).run(|| std::fs::read_dir("/etc").is_ok());
        assert!(listed.expect("nothing is required"), "nothing is restricted");
    })?;
    if require_abi(1) {
        let listed = policy().require(Require::None).run(|| std::fs::read_dir("/etc").is_ok());
        assert!(!listed.expect("it is restricted"), "on the real kernel it is");
    }
    Ok(())
}

#[test]
fn threads_see_each_its_own_kernel() {
    let real = landlock_tests::abi();
    thread::scope(|scope| {
        for older in (0..=real).flat_map(|older| [older; 4]) {
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(abi(older, landlock_tests::abi).expect("it is emulated"), older);
                    assert_eq!(landlock_tests::abi(), real);
                }
            });
        }
    });
}

#[test]
fn child_processes_see_it() -> io::Result<()> {
    let real = landlock_tests::abi();
    for older in 1..=real {
        let of_a_process = || run(&policy(), &(), |()| landlock_tests::abi());
        assert_eq!(abi(older, of_a_process)?.expect("it is restricted"), older);
    }
    if require_abi(1) {
        assert_eq!(run(&policy(), &(), |()| landlock_tests::abi()).expect("it is restricted"), real);
    }
    Ok(())
}

/// A layer of the real kernel is on already; equal grants make another one where less can be enforced.
#[test]
fn it_may_begin_under_a_sandbox() -> io::Result<()> {
    if !require_abi(2) {
        return Ok(());
    }
    let layers = || status().layers().map(|layer| layer.missing().contains(Right::Refer)).collect::<Vec<_>>();
    let outer = policy().run(|| abi(1, || policy().run(layers)))??;
    assert_eq!(outer.expect("it is restricted"), [false, true]);
    let equal = policy().run(|| policy().run(|| policy().run(layers)))??;
    assert_eq!(
        equal.expect("it is restricted"),
        [false, false],
        "the second looks at the objects, the third adds none"
    );
    Ok(())
}

/// Below ABI 8 that needs a process without other threads.
#[test]
fn a_whole_process_is_restricted_in_one_of_its_own() -> io::Result<()> {
    on_each(|older| {
        let restricted = run(&policy(), &(), |()| {
            let report = policy().restrict_process().map_err(|error| error.to_string())?;
            Ok::<_, String>((report.whole_process(), report.abi().unwrap_or(0)))
        });
        assert_eq!(restricted.expect("it is restricted"), Ok((true, older)));
        if older < 8 {
            let error = policy().restrict_process().expect_err("the harness has threads");
            assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::Threads { .. })), "{error}");
        }
    })
}

/// Who answers for the older kernel is restricted, too, where the process is.
#[test]
fn it_works_in_a_sandbox_that_hides_proc() -> io::Result<()> {
    if !require_abi(1) {
        return Ok(());
    }
    let body = || run(&policy(), &(), |()| (File::open("/proc/self/mem").is_ok(), of_the_first()));
    assert_eq!(body()?, (false, Some(1)));
    Ok(())
}

fn of_the_first() -> Option<u32> {
    let report = abi(1, of_a_thread).ok()?;
    report.ok()?.abi().ok()
}

/// In a process that has nothing else: the thread that answers ends with those who could ask, and its descriptor with it.
#[test]
fn nothing_stays_behind() -> Result<(), Error> {
    let (before, after) = run(&Policy::new().read("/proc"), &(), |()| {
        let entries = |directory: &str| std::fs::read_dir(directory).map_or(0, Iterator::count);
        let of_this_process = || (entries("/proc/self/task"), entries("/proc/self/fd"));
        let before = of_this_process();
        for _ in 0..50 {
            abi(0, || ()).expect("it is emulated");
        }
        let deadline = Instant::now() + Duration::from_secs(20);
        while of_this_process() != before && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        (before, of_this_process())
    })?;
    assert_eq!(before, after);
    assert_eq!(before.0, 1);
    Ok(())
}
