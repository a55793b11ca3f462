//! Layers that the library does not know of: it asks the kernel how many there are, tells them, and lets no call move away
//! from them.

use crate::support::{Failure, list, says};
use crate::threads::{policy, probes};
use landlock_runtime::{ErrorKind, PlaceError, Policy, Prepared, status};
use landlock_tests::{Case, Scratch, Verdict, case, restrict_without_the_library};
use std::cell::Cell;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(a_thread_of_std_inside_holds_one_layer_more),
    case!(a_launcher_s_layers_are_told),
    case!(every_number_of_layers_is_told),
    case!(a_call_of_a_thread_of_std_does_not_escape),
    case!(a_call_of_a_thread_of_std_outside_goes_on),
    case!(a_call_under_a_launcher_goes_on),
    case!(a_call_in_a_restricted_process_goes_on),
    case!(a_layer_that_other_code_put_on_is_not_escaped),
    case!(a_layer_that_keeps_privileges_is_not_escaped).only_root(),
    case!(a_layer_outlives_its_record),
    case!(a_program_that_cannot_be_executed_leaves_its_layer),
    case!(a_program_that_cannot_be_executed_first_of_all),
    case!(a_program_that_is_executed_in_a_child_leaves_nothing),
    case!(all_threads_at_once_take_no_layer_of_such_a_program).abi(8),
];

/// On a thread that `std` starts.
fn by_std<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(body).join().expect("no panic"))
}

/// The layers that are known here, and the number of the others.
fn layers() -> (usize, Option<usize>) {
    let status = status();
    (status.layers().count(), status.other_layers())
}

fn a_thread_of_std_inside_holds_one_layer_more(_: &Scratch) -> Verdict {
    assert_eq!((layers(), by_std(layers)), ((0, Some(0)), (0, Some(0))));
    let inside = policy().run(|| (layers(), by_std(|| (layers(), status().to_string()))))?;
    let text = "1 layer that this library has no record of".to_owned();
    assert_eq!(inside, ((1, Some(0)), ((0, Some(1)), text)));
    assert_eq!((layers(), by_std(layers)), ((0, Some(0)), (0, Some(0))));
    Ok(())
}

fn a_launcher_s_layers_are_told(_: &Scratch) -> Verdict {
    restrict_without_the_library()?;
    restrict_without_the_library()?;
    assert_eq!((layers(), by_std(layers)), ((0, Some(2)), (0, Some(2))));
    let _ = policy().restrict_process()?;
    assert_eq!((layers(), by_std(layers)), ((1, Some(2)), (1, Some(2))));
    assert_eq!(policy().read("/etc").run(layers)?, (2, Some(2)));
    Ok(())
}

fn every_number_of_layers_is_told(_: &Scratch) -> Verdict {
    for expected in 0..16 {
        assert_eq!(by_std(layers), (0, Some(expected)));
        restrict_without_the_library()?;
    }
    assert_eq!(by_std(layers), (0, Some(16)));
    assert!(restrict_without_the_library().is_err(), "a 17th layer");
    Ok(())
}

/// What must fail because a layer that nobody knows would be left behind.
fn escapes(prepared: &Prepared) -> Failure {
    let mut ran = false;
    let error = prepared.run(|| ran = true).err().ok_or("it ran")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldEscape { .. })) && !ran, "{error}");
    says(&error, &["unknown.rs:"]);
    Ok(error)
}

/// A policy that allows more than [`policy`], and runs calls already.
fn running() -> Result<Prepared, landlock_runtime::Error> {
    let prepared = policy().read("/etc").prepare()?;
    prepared.run(|| ())?;
    Ok(prepared)
}

fn a_call_of_a_thread_of_std_does_not_escape(_: &Scratch) -> Verdict {
    let (prepared, probes) = (running()?, probes());
    probes.outside()?;
    policy().run(|| by_std(|| escapes(&prepared).map(drop)))??;
    // Nor from any further down.
    policy().run(|| by_std(|| by_std(|| escapes(&prepared).map(drop))))??;
    policy().run(|| by_std(|| policy().read("/opt").run(|| by_std(|| escapes(&prepared).map(drop)))))???;
    policy().run(|| by_std(|| policy().read("/etc").run(|| probes.inside())))???;
    Ok(())
}

fn a_call_of_a_thread_of_std_outside_goes_on(_: &Scratch) -> Verdict {
    let prepared = running()?;
    for _ in 0..2 {
        assert!(by_std(|| prepared.run(|| std::fs::read_dir("/etc").is_ok()))?);
        assert!(by_std(|| by_std(|| prepared.run(|| std::fs::read_dir("/etc").is_ok())))?);
    }
    Ok(())
}

/// All threads have what the launcher put on.
fn a_call_under_a_launcher_goes_on(scratch: &Scratch) -> Verdict {
    restrict_without_the_library()?;
    a_call_of_a_thread_of_std_outside_goes_on(scratch)?;
    a_call_of_a_thread_of_std_does_not_escape(scratch)
}

fn a_call_in_a_restricted_process_goes_on(scratch: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let _ = policy().read("/etc").read("/proc").restrict_process()?;
    a_call_of_a_thread_of_std_outside_goes_on(scratch)?;
    let prepared = running()?;
    policy().run(|| by_std(|| escapes(&prepared).map(drop)))??;
    policy().run(|| by_std(|| probes.inside()))??;
    Ok(())
}

fn a_layer_that_other_code_put_on_is_not_escaped(_: &Scratch) -> Verdict {
    let prepared = running()?;
    by_std(|| {
        restrict_without_the_library()?;
        assert_eq!(layers(), (0, Some(1)));
        escapes(&prepared).map(drop)
    })
}

/// `no_new_privs` is not set there, and says nothing.
fn a_layer_that_keeps_privileges_is_not_escaped(_: &Scratch) -> Verdict {
    let prepared = running()?;
    policy().no_new_privs(false).run(|| {
        by_std(|| {
            assert!(!rustix::thread::no_new_privs()?);
            escapes(&prepared).map(drop)
        })
    })?
}

/// Restricts the calling thread for a program that is then not there.
fn executes_nothing(policy: &Policy) -> Verdict {
    let mut command = Command::new("/no/such/program");
    let _ = policy.apply_to(&mut command)?;
    assert_eq!(command.exec().raw_os_error(), Some(libc::ENOENT));
    Ok(())
}

fn a_program_that_cannot_be_executed_leaves_its_layer(_: &Scratch) -> Verdict {
    let (prepared, probes) = (running()?, probes());
    probes.outside()?;
    assert_eq!(layers(), (0, Some(0)));
    by_std(|| {
        assert_eq!(layers(), (0, Some(0)));
        executes_nothing(&policy())?;
        assert_eq!((layers(), by_std(layers)), ((0, Some(1)), (0, Some(1))));
        assert_eq!(status().to_string(), "1 layer that this library has no record of");
        escapes(&prepared)?;
        probes.inside()
    })?;
    assert_eq!((layers(), by_std(layers)), ((0, Some(0)), (0, Some(0))), "other threads are as they were");
    prepared.run(|| ())?;
    // A thread of this library, too, and its layers beside that one.
    policy().read("/etc").run(|| {
        executes_nothing(&policy())?;
        assert_eq!(layers(), (1, Some(1)));
        probes.inside()
    })??;
    probes.outside()
}

/// Before any other layer: nobody else can have it.
fn a_program_that_cannot_be_executed_first_of_all(_: &Scratch) -> Verdict {
    let prepared = policy().read("/etc").prepare()?;
    by_std(|| prepared.run(|| ()))?;
    let prepared = &prepared;
    executes_nothing(&policy())?;
    escapes(prepared)?;
    // Nor can what is restricted first from here on be taken for what all threads hold.
    assert_eq!(policy().run(layers)?, (1, Some(1)));
    escapes(prepared).map(drop)
}

fn a_program_that_is_executed_in_a_child_leaves_nothing(_: &Scratch) -> Verdict {
    let mut command = Command::new("/usr/bin/true");
    let _ = crate::support::run_programs(Policy::new()).apply_to(&mut command)?;
    assert!(command.status()?.success());
    let _ = policy().apply_to(&mut command)?;
    assert!(command.status().is_err(), "it may not be executed");
    assert_eq!((layers(), by_std(layers)), ((0, Some(0)), (0, Some(0))));
    Ok(())
}

fn all_threads_at_once_take_no_layer_of_such_a_program(_: &Scratch) -> Verdict {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (go_on, goes_on) = std::sync::mpsc::channel();
    let restricted = thread::spawn(move || {
        assert_eq!(status().other_layers(), Some(0));
        go_on.send(executes_nothing(&policy()).is_ok()).expect("it is heard");
        stopped.recv()
    });
    assert!(goes_on.recv()?, "it was restricted");
    let error = policy().read("/etc").restrict_process().err().ok_or("it was restricted")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldLoosen { threads: 1 })), "{error}");
    drop(stop);
    let _ = restricted.join();
    let _ = policy().read("/etc").restrict_process()?;
    Ok(())
}

/// Does something when its thread ends.
struct AtEnd(Cell<Option<Box<dyn FnOnce()>>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

thread_local!(static AT_END: AtEnd = const { AtEnd(Cell::new(None)) });

/// Variables of a thread that were set before its record are there when that is gone.
fn a_layer_outlives_its_record(_: &Scratch) -> Verdict {
    let (prepared, (tell, told)) = (Arc::new(running()?), channel());
    let ends = move || {
        let seen = (list("/etc")(0).is_err(), layers(), escapes(&prepared).is_ok(), policy().restrict_thread().is_ok());
        tell.send((seen, layers())).expect("it is heard");
    };
    let ending = thread::spawn(move || {
        AT_END.with(|at_end| at_end.0.set(Some(Box::new(ends))));
        assert_eq!(layers(), (0, Some(0)));
        policy().restrict_thread().map(|_| assert_eq!(layers(), (1, Some(0))))
    });
    ending.join().expect("no panic")?;
    assert_eq!(told.recv()?, ((true, (0, Some(1)), true, true), (0, Some(2))));
    Ok(())
}
