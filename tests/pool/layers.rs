//! Inside is denied, outside and afterwards is free; no layer is escaped, and no ruleset can be widened.

use crate::attacks::{self, open_ruleset, widen_every_ruleset};
use crate::{INSIDE, OUTSIDE, lists, pooled};
use landlock_runtime::{Error, ErrorKind, PlaceError, Policy, sandbox, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::{io, thread};

pub(crate) const CASES: &[Case] = &[
    case!(inside_is_denied_and_every_other_thread_is_free),
    case!(a_layer_of_the_caller_is_not_escaped),
    case!(pools_of_restricted_callers_do_not_pile_up),
    case!(a_body_does_not_restrict_its_thread),
    case!(a_body_that_executes_in_vain_does_not_either),
    case!(no_call_runs_on_top_of_another),
    case!(a_layer_that_std_has_passed_on_is_not_escaped),
    case!(a_pool_of_a_restricted_thread_has_both_layers),
    case!(parallelism_inside_stays_restricted),
    case!(no_ruleset_is_within_reach),
];

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

#[sandbox(isolate = pool(workers = 1), read = ["/usr", "/etc"])]
fn grants_both() -> Result<(bool, bool), Error> {
    Ok(lists())
}

/// Whichever of the two is the first: neither takes anything from the other.
fn a_layer_of_the_caller_is_not_escaped(_: &Scratch) -> Verdict {
    for _ in 0..3 {
        assert_eq!(Policy::new().read("/usr").run(grants_both)??, INSIDE);
        assert_eq!(grants_both()?, OUTSIDE);
        assert_eq!(Policy::new().run(|| Policy::new().read("/etc").run(grants_both))???, (false, false));
    }
    Ok(())
}

/// Each call in a sandbox has layers of its own, and so has the pool that it uses; the last ones are kept.
fn pools_of_restricted_callers_do_not_pile_up(_: &Scratch) -> Verdict {
    let threads = || std::fs::read_dir("/proc/self/task").map(Iterator::count);
    for _ in 0..40 {
        assert_eq!(Policy::new().read("/usr").run(grants_both)??, INSIDE);
    }
    thread::sleep(std::time::Duration::from_millis(100));
    assert!(threads()? <= 1 + 8, "{} threads", threads()?);
    assert_eq!(grants_both()?, OUTSIDE);
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = ["/usr", "/etc"])]
fn narrows(all: bool) -> Result<bool, Error> {
    let policy = Policy::new().read("/usr");
    let error = if all { policy.restrict_process() } else { policy.restrict_thread() }.err();
    Ok(error.is_some_and(|error| matches!(error.kind(), ErrorKind::Place(PlaceError::SharedThread))))
}

/// The thread would stay narrower for the calls to come.
fn a_body_does_not_restrict_its_thread(_: &Scratch) -> Verdict {
    assert!(narrows(false)? && narrows(true)?);
    assert_eq!(status().layers().count(), 0);
    Ok(())
}

#[sandbox(isolate = pool(workers = 1), read = ["/usr", "/etc"])]
fn executes(executes: bool) -> Result<(bool, bool), Error> {
    if executes {
        attacks::execute_in_vain(&Policy::new().read("/usr"))?;
    }
    Ok(lists())
}

/// What was to be executed is not there, but the restriction is on.
fn a_body_that_executes_in_vain_does_not_either(_: &Scratch) -> Verdict {
    for _ in 0..2 {
        assert_eq!((executes(false)?, executes(true)?, executes(false)?), (OUTSIDE, INSIDE, OUTSIDE));
    }
    Ok(())
}

thread_local!(static BUSY: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn alone_on_its_thread(nested: bool) -> bool {
    let alone = BUSY.replace(1) == 0;
    if nested {
        rayon_core::join(thread::yield_now, || thread::sleep(std::time::Duration::from_millis(1)));
    }
    BUSY.set(0);
    alone
}

fn no_call_runs_on_top_of_another(_: &Scratch) -> Verdict {
    thread::scope(|scope| {
        let calls = |nested| move || (0..200).all(|_| alone_on_its_thread(nested));
        let callers: Vec<_> = (0..8).map(|number| scope.spawn(calls(number % 2 == 0))).collect();
        assert!(callers.into_iter().all(|caller| caller.join().expect("no panic")));
    });
    Ok(())
}

/// `std` starts the thread, so nobody tells the library of the layer.
fn a_layer_that_std_has_passed_on_is_not_escaped(_: &Scratch) -> Verdict {
    let by_std = || thread::scope(|scope| scope.spawn(grants_both).join().expect("no panic"));
    for _ in 0..2 {
        assert_eq!(by_std()?, OUTSIDE);
        let error = Policy::new().read("/usr").run(by_std)?.expect_err("it would escape");
        assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldEscape { .. })), "{error}");
    }
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
        assert_eq!((lists(), grants_both()?), (OUTSIDE, OUTSIDE), "nobody else is narrower for it");
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
