//! A policy that is prepared now and enforced later: by then the process may be somebody else, and the paths others.

use crate::support::{descriptors, list, read, refused, says, unrestricted};
use crate::threads::{policy, probes};
use landlock_runtime::{ErrorKind, PlaceError, Policy, Require, fd, optional, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case, widen_every_open_ruleset};
use rustix::thread::{Uid, set_thread_res_uid};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::{env, thread};

pub(crate) const CASES: &[Case] = &[
    case!(restricts_the_process_later),
    case!(restricts_a_thread_later),
    case!(privileges_are_dropped_in_between).only_root(),
    case!(files_are_those_that_were_there),
    case!(descriptors_are_not_kept),
    case!(what_is_skipped_is_told),
    case!(equal_layer_is_enough),
    case!(errors_come_early_and_leave_nothing),
    case!(requirements_of_the_place_come_late),
    case!(main_thread_is_an_error),
    case!(ruleset_that_waits_can_be_widened),
];

fn restricts_the_process_later(_: &Scratch) -> Verdict {
    let probes = probes();
    let prepared = policy().prepare()?;
    probes.outside()?;
    let enforcement = prepared.restrict_process()?;
    assert!(enforcement.whole_process() && enforcement.new_layer());
    assert_eq!(status().layers().count(), 1);
    probes.inside()
}

fn restricts_a_thread_later(_: &Scratch) -> Verdict {
    let probes = probes();
    let prepared = policy().prepare()?;
    probes.outside()?;
    thread::scope(|scope| {
        let restricted = scope.spawn(|| {
            let enforcement = prepared.restrict_thread()?;
            assert!(!enforcement.whole_process() && enforcement.new_layer());
            probes.inside()
        });
        restricted.join().expect("no panic")
    })?;
    probes.outside()?;
    unrestricted()
}

fn privileges_are_dropped_in_between(scratch: &Scratch) -> Verdict {
    let nobody = Uid::from_raw(65534);
    let granted = scratch.directory("closed/granted")?;
    scratch.file("closed/granted/file")?;
    let other = scratch.file("other")?;
    fs::set_permissions(scratch.join("closed"), Permissions::from_mode(0o700))?;
    // Nobody gets there by its path, but is there.
    env::set_current_dir(&granted)?;
    let probes = Probes::new().allowed("a granted file", read("file")).denied("another", Errno::ACCESS, read(&other));
    probes.outside()?;
    let policy = Policy::new().read(&granted);
    let prepared = policy.prepare()?;
    set_thread_res_uid(nobody, nobody, nobody)?;
    assert!(list(&granted)(0).is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied));
    says(&policy.prepare().err().ok_or("nobody cannot open it")?, &["this user cannot reach it"]);
    probes.outside()?;
    let _ = prepared.restrict_process()?;
    probes.inside()
}

fn files_are_those_that_were_there(scratch: &Scratch) -> Verdict {
    let data = scratch.directory("data")?;
    scratch.file("data/file")?;
    let policy = Policy::new().read(&data);
    let prepared = policy.prepare()?;
    fs::rename(&data, scratch.join("old"))?;
    scratch.file("data/file")?;
    let (old, new) = (scratch.join("old/file"), scratch.join("data/file"));
    let probes = Probes::new().allowed("the directory that was there", read(&old)).denied(
        "the one that took its place",
        Errno::ACCESS,
        read(&new),
    );
    probes.outside()?;
    prepared.run(|| probes.inside())??;
    let afresh = Probes::new().allowed("the new", read(&new)).denied("the old", Errno::ACCESS, read(&old));
    afresh.outside()?;
    policy.run(|| afresh.inside())?
}

fn descriptors_are_not_kept(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.directory("granted")?, scratch.directory("other")?);
    let before = descriptors()?;
    let directory = File::open(&granted)?;
    let prepared = Policy::new().read(fd(&directory)).prepare()?;
    drop(directory);
    let added = descriptors()?.len() - before.len();
    assert_eq!(added, 1, "the ruleset");
    let probes = Probes::new().allowed("granted", list(granted)).denied("another", Errno::ACCESS, list(other));
    probes.outside()?;
    prepared.run(|| probes.inside())??;
    assert_eq!(descriptors()?, before, "the first call has closed it");
    Ok(())
}

fn what_is_skipped_is_told(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let prepared = Policy::new().read("/usr").read(optional(&missing)).prepare()?;
    scratch.file("missing")?;
    let probes = Probes::new().allowed("granted", list("/usr")).denied("made since", Errno::ACCESS, read(&missing));
    probes.outside()?;
    let enforcement = prepared.restrict_process()?;
    assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [&missing]);
    probes.inside()
}

fn equal_layer_is_enough(_: &Scratch) -> Verdict {
    let prepared = policy().prepare()?;
    assert!(policy().prepare()?.restrict_process()?.new_layer());
    assert_eq!(widen_every_open_ruleset()?, 1);
    assert!(!prepared.restrict_process()?.new_layer());
    assert_eq!(status().layers().count(), 1);
    assert_eq!(widen_every_open_ruleset()?, 0, "it is closed all the same");
    Ok(())
}

fn errors_come_early_and_leave_nothing(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let error = refused(|| Policy::new().read(&missing).prepare())?;
    says(&error, &[&format!("read = {missing:?}"), "prepared.rs:"]);
    let error = refused(|| Policy::new().require(Require::Abi(u32::MAX)).prepare())?;
    assert!(matches!(error.kind(), ErrorKind::Required(_)), "{error}");
    let error = refused(|| Policy::new().read("").prepare())?;
    assert!(matches!(error.kind(), ErrorKind::Policy(_)), "{error}");
    Ok(())
}

/// All threads: a process has them, and a thread has not.
fn requirements_of_the_place_come_late(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let policy = policy().require(Require::Threads);
    let mut ran = false;
    let error = refused(|| policy.prepare()?.run(|| ran = true))?;
    assert!(matches!(error.kind(), ErrorKind::Required(required) if required.threads) && !ran, "{error}");
    let _ = policy.prepare()?.restrict_process()?;
    probes.inside()
}

fn main_thread_is_an_error(_: &Scratch) -> Verdict {
    let error = refused(|| policy().prepare()?.restrict_thread())?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::MainThread)), "{error}");
    Ok(())
}

/// As documented; and so the attack that must find nothing inside `run` is one that works.
fn ruleset_that_waits_can_be_widened(_: &Scratch) -> Verdict {
    let (probes, list_other) = (probes(), list("/etc"));
    probes.outside()?;
    let (kept, widened) = (policy().prepare()?, policy().prepare()?);
    kept.run(|| {
        probes.inside()?;
        assert_eq!(widen_every_open_ruleset()?, 1);
        probes.inside()
    })??;
    kept.run(|| probes.inside())??;
    let restricted = || {
        let _ = widened.restrict_thread()?;
        assert!(list("/")(0).is_ok());
        Ok(list_other(0)?)
    };
    thread::scope(|scope| scope.spawn(restricted).join().expect("no panic"))
}
