//! What a fresh thread changes for the code on it: pools that run already are not bound, what is first started inside stays
//! restricted, and thread-locals and contexts of the caller are not there. Each case has the global pool for itself.

use crate::support::{list, threads};
use crate::threads::{policy, probes};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::cell::Cell;
use std::sync::mpsc::channel;
use std::thread;
use tokio::runtime::{Builder, Handle};

pub(crate) const CASES: &[Case] = &[
    case!(rayon_that_runs_already_is_not_bound),
    case!(rayon_first_started_inside_stays_restricted),
    case!(tokio_that_runs_already_is_not_bound),
    case!(tokio_started_inside_is_restricted),
    case!(context_of_tokio_is_not_there),
    case!(thread_locals_are_not_there),
    case!(thread_that_waits_for_work_is_not_bound),
];

/// Whether the granted directory can be listed, and another.
fn lists() -> (bool, bool) {
    (list("/usr")(0).is_ok(), list("/etc")(0).is_ok())
}

const INSIDE: (bool, bool) = (true, false);
const OUTSIDE: (bool, bool) = (true, true);

fn on_all(pool: impl FnOnce() -> Vec<(bool, bool)>, expected: (bool, bool)) {
    let listed = pool();
    assert!(!listed.is_empty() && listed.iter().all(|lists| *lists == expected), "{listed:?}");
}

fn rayon_that_runs_already_is_not_bound(_: &Scratch) -> Verdict {
    let broadcast = || rayon::broadcast(|_| lists());
    on_all(broadcast, OUTSIDE);
    for prepared in [false, true] {
        let body = || {
            assert_eq!(lists(), INSIDE, "this thread");
            on_all(broadcast, OUTSIDE);
        };
        if prepared { policy().prepare()?.run(body)? } else { policy().run(body)? }
    }
    on_all(broadcast, OUTSIDE);
    Ok(())
}

fn rayon_first_started_inside_stays_restricted(_: &Scratch) -> Verdict {
    let (broadcast, probes) = (|| rayon::broadcast(|_| lists()), probes());
    probes.outside()?;
    policy().run(|| on_all(broadcast, INSIDE))?;
    probes.outside()?;
    on_all(broadcast, INSIDE);
    assert!(threads()? > 1, "it still runs");
    Ok(())
}

fn tokio_that_runs_already_is_not_bound(_: &Scratch) -> Verdict {
    let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
    let spawned = |runtime: &Handle| runtime.block_on(runtime.spawn(async { lists() }));
    assert_eq!(spawned(runtime.handle())?, OUTSIDE);
    let (here, there) = policy().run(|| (lists(), spawned(runtime.handle())))?;
    assert_eq!((here, there?), (INSIDE, OUTSIDE));
    // Threads for what blocks start when there is work for them, from a thread of the runtime that is free.
    let blocking =
        |runtime: &Handle| runtime.block_on(runtime.spawn(async { tokio::task::spawn_blocking(lists).await }));
    assert_eq!(policy().run(|| blocking(runtime.handle()))???, OUTSIDE);
    Ok(())
}

fn tokio_started_inside_is_restricted(_: &Scratch) -> Verdict {
    let runtime = policy().run(|| Builder::new_multi_thread().worker_threads(1).build())??;
    assert_eq!(lists(), OUTSIDE);
    assert_eq!(runtime.block_on(runtime.spawn(async { lists() }))?, INSIDE, "for as long as it runs");
    Ok(())
}

fn context_of_tokio_is_not_there(_: &Scratch) -> Verdict {
    let runtime = Builder::new_current_thread().build()?;
    runtime.block_on(async {
        assert!(Handle::try_current().is_ok());
        assert!(policy().run(|| Handle::try_current().is_err())?);
        let handle = Handle::current();
        assert!(policy().run(|| handle.enter_and(|| Handle::try_current().is_ok()))?, "it can be carried over");
        Ok(())
    })
}

trait Enter {
    fn enter_and<T>(&self, body: impl FnOnce() -> T) -> T;
}

impl Enter for Handle {
    fn enter_and<T>(&self, body: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        body()
    }
}

thread_local!(static COUNTER: Cell<u32> = const { Cell::new(0) });

fn thread_locals_are_not_there(_: &Scratch) -> Verdict {
    COUNTER.set(7);
    let count = || COUNTER.replace(8);
    assert_eq!(policy().run(count)?, 0);
    let prepared = policy().prepare()?;
    assert_eq!((prepared.run(count)?, prepared.run(count)?), (0, 0), "each call has its own");
    assert_eq!(COUNTER.get(), 7);
    Ok(())
}

fn thread_that_waits_for_work_is_not_bound(_: &Scratch) -> Verdict {
    let ((give, work), (answer, answers)) = (channel::<()>(), channel());
    thread::scope(|scope| {
        scope.spawn(move || work.iter().all(|()| answer.send(lists()).is_ok()));
        let there = policy().run(move || {
            give.send(())?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>((lists(), answers.recv()?))
        })??;
        assert_eq!(there, (INSIDE, OUTSIDE));
        Ok(())
    })
}
