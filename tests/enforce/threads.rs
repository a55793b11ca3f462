//! Whom a policy restricts: the fresh thread of `run`, the calling thread, or the process.

use crate::support::{Failure, list, read, read_in_child, refused, run_programs, says, unrestricted};
use landlock_runtime::{ErrorKind, PlaceError, Policy, Require, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::os::unix::fs::chroot;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(run_leaves_every_other_thread_free),
    case!(run_gives_back_value_and_error),
    case!(run_gives_back_the_panic),
    case!(run_keeps_the_name_and_borrows),
    case!(run_restricts_what_it_starts),
    case!(restrict_thread_leaves_main_free),
    case!(restrict_thread_is_an_error_on_main),
    case!(restrict_process_refuses_to_leave_threads_free).below_abi(8),
    case!(restrict_process_inside_run_is_an_error).below_abi(8),
    case!(restrict_process_reaches_running_threads).abi(8),
    case!(restrict_process_does_not_loosen_threads).abi(8),
    case!(restrict_process_inside_run_restricts_all).abi(8),
    case!(restrict_process_reaches_later_threads),
    case!(a_directory_is_no_proc).only_root().below_abi(8),
    case!(joined_threads_do_not_count),
    case!(threads_of_an_ended_scope_do_not_count),
];

pub(crate) fn probes() -> Probes<'static> {
    Probes::new().allowed("listing the granted directory", list("/usr")).denied(
        "listing another",
        Errno::ACCESS,
        list("/etc"),
    )
}

pub(crate) fn policy() -> Policy {
    Policy::new().read("/usr")
}

/// A thread that answers each request with a round of probes on it, outside any sandbox or inside.
pub(crate) fn prober(requests: Receiver<bool>, answers: &Sender<Verdict>, probes: &Probes<'_>) {
    for inside in requests {
        let _ = answers.send(if inside { probes.inside() } else { probes.outside() });
    }
}

fn run_leaves_every_other_thread_free(_: &Scratch) -> Verdict {
    let probes = probes();
    let ((ask, requests), (answer, answers)) = (channel(), channel());
    thread::scope(|scope| {
        let probes = &probes;
        scope.spawn(move || prober(requests, &answer, probes));
        probes.outside()?;
        let answers = policy().run(move || {
            probes.inside()?;
            ask.send(false)?;
            answers.recv()?
        })?;
        answers?;
        probes.outside()
    })
}

fn run_gives_back_value_and_error(_: &Scratch) -> Verdict {
    assert_eq!(policy().run(|| String::from("value"))?, "value");
    let error = policy().run(|| Err::<(), _>(Errno::XFULL))?;
    assert_eq!(error, Err(Errno::XFULL));
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Payload(u8);

fn run_gives_back_the_panic(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let run = || policy().run(|| probes.inside().map(|()| panic_any(Payload(7))));
    let payload = catch_unwind(AssertUnwindSafe(run)).err().ok_or("it did not panic")?;
    assert_eq!(payload.downcast_ref(), Some(&Payload(7)));
    probes.outside()
}

fn run_keeps_the_name_and_borrows(_: &Scratch) -> Verdict {
    let mut seen = vec![thread::current().id()];
    policy().run(|| seen.push(thread::current().id()))?;
    assert_ne!(seen[0], seen[1], "a fresh thread");
    let name = || thread::current().name().map(str::to_owned);
    assert_eq!(policy().run(name)?, name());
    let worker = thread::Builder::new().name("worker".to_owned());
    let inner = worker.spawn(move || policy().run(name))?.join().expect("no panic");
    assert_eq!(inner?.as_deref(), Some("worker"));
    Ok(())
}

fn run_restricts_what_it_starts(scratch: &Scratch) -> Verdict {
    let probes = Probes::new()
        .allowed("a thread that lists", |_| thread::spawn(|| list("/usr")(0)).join().expect("no panic"))
        .denied("a thread that lists another", Errno::ACCESS, |_| {
            thread::spawn(|| list("/")(0)).join().expect("no panic")
        })
        .allowed("a child that reads", read_in_child(scratch.file("granted")?))
        .denied("a child that reads another", Errno::ACCESS, read_in_child(scratch.file("other")?));
    probes.outside()?;
    run_programs(Policy::new()).read(scratch.join("granted")).run(|| probes.inside())??;
    probes.outside()
}

fn restrict_thread_leaves_main_free(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    thread::scope(|scope| {
        let restricted = scope.spawn(|| {
            let enforcement = policy().restrict_thread()?;
            assert!(!enforcement.whole_process() && enforcement.new_layer());
            probes.inside()
        });
        restricted.join().expect("no panic")
    })?;
    probes.outside()
}

fn restrict_thread_is_an_error_on_main(_: &Scratch) -> Verdict {
    let error = refused(|| policy().restrict_thread())?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::MainThread)));
    says(&error, &["this is the main thread", "`restrict_process` for the whole program"]);
    Ok(())
}

fn restrict_process_refuses_to_leave_threads_free(_: &Scratch) -> Verdict {
    let ((stop, stopped), (ready, started)) = (channel::<()>(), channel());
    // A thread sets its name itself, a moment after it was started.
    let idle = move || ready.send(()).is_ok() && stopped.recv().is_ok();
    let other = thread::Builder::new().name("idle-worker".to_owned()).spawn(idle)?;
    started.recv()?;
    let error = refused(|| policy().restrict_process())?;
    let ErrorKind::Place(PlaceError::Threads { names }) = error.kind() else { return Err(error.into()) };
    assert!(names.iter().any(|name| name == "idle-worker"), "{names:?}");
    says(&error, &["(\"idle-worker\")", "ABI 8"]);
    drop(stop);
    let _ = other.join();
    let probes = probes();
    probes.outside()?;
    policy().run(|| probes.inside())?
}

fn restrict_process_inside_run_is_an_error(_: &Scratch) -> Verdict {
    let error =
        policy().run(|| policy().read("/etc").restrict_process().err())?.ok_or("the caller's thread is free")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::Threads { .. })), "{error}");
    unrestricted()
}

fn restrict_process_reaches_running_threads(_: &Scratch) -> Verdict {
    let probes = probes();
    let ((ask, requests), (answer, answers)) = (channel(), channel());
    thread::scope(|scope| {
        let probes = &probes;
        scope.spawn(move || prober(requests, &answer, probes));
        ask.send(false)?;
        answers.recv()??;
        let enforcement = policy().require(Require::Threads).restrict_process()?;
        assert!(enforcement.whole_process());
        probes.inside()?;
        ask.send(true)?;
        answers.recv()??;
        drop(ask);
        Ok(())
    })
}

/// All threads at once get the layers of the one that asks, in place of those that they had.
fn restrict_process_does_not_loosen_threads(_: &Scratch) -> Verdict {
    let (probes, wider) = (probes(), policy().read("/etc"));
    let ((ask, requests), (answer, answers)) = (channel(), channel());
    let loosens = |threads: usize| -> Verdict {
        let error = refused(|| wider.restrict_process())?;
        says(&error, &[&format!("other threads ({threads}) hold"), "restrict the process before single threads"]);
        match error.kind() {
            ErrorKind::Place(PlaceError::WouldLoosen { threads: found }) if *found == threads => Ok(()),
            _ => Err(error.into()),
        }
    };
    probes.outside()?;
    thread::scope(|scope| -> Verdict {
        let probes = &probes;
        let worker = scope.spawn(move || policy().restrict_thread().map(|_| prober(requests, &answer, probes)));
        ask.send(true)?;
        answers.recv()??;
        loosens(1)?;
        let prepared = policy().prepare()?;
        prepared.run(|| ())?;
        loosens(2)?;
        drop(prepared);
        loosens(1)?;
        ask.send(true)?;
        answers.recv()??;
        drop(ask);
        worker.join().expect("no panic")?;
        Ok(())
    })?;
    let _ = wider.restrict_process()?;
    list("/etc")(0)?;
    assert!(list("/")(0).is_err());
    Ok(())
}

fn restrict_process_inside_run_restricts_all(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let layers = || status().layers().count();
    let unseen = policy().run(|| policy().read("/etc").restrict_process().map(drop))?.err().ok_or("nobody can look")?;
    assert!(matches!(unseen.kind(), ErrorKind::Place(PlaceError::WouldLoosen { threads: 1 })), "{unseen}");
    let inside = policy().read("/proc").run(|| policy().read("/etc").restrict_process().map(|_| layers()))??;
    assert_eq!((inside, layers()), (2, 2), "the thread's own layer is everybody's now");
    probes.inside()
}

fn restrict_process_reaches_later_threads(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let enforcement = policy().require(Require::Threads).restrict_process()?;
    assert!(enforcement.whole_process());
    thread::scope(|scope| scope.spawn(|| probes.inside()).join().expect("no panic"))
}

/// No thread that has come to an end in this way is still in the way of a restricted process.
fn never_counts(scratch: &Scratch, rounds: usize, come_to_an_end: impl Fn()) -> Verdict {
    let missing = Policy::new().read(scratch.join("missing"));
    // The threads are counted before the missing path is found: this asks as often as it likes and adds no layer.
    let counts = |_: &usize| {
        come_to_an_end();
        let error = missing.restrict_process().expect_err("a path is missing");
        matches!(error.kind(), ErrorKind::Place(PlaceError::Threads { .. }))
    };
    let counted = (0..rounds).filter(counts).count();
    if counted == 0 { Ok(()) } else { Err(format!("{counted} of {rounds} threads counted").into()) }
}

/// The kernel can count a thread for a moment after it was joined.
/// An empty directory in place of `/proc/self/task` has the links of one that tells of no other thread.
fn a_directory_is_no_proc(scratch: &Scratch) -> Verdict {
    scratch.file("root/granted")?;
    scratch.file("root/secret")?;
    scratch.directory("root/proc/self/task")?;
    chroot(scratch.join("root"))?;
    let (stop, stopped) = channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    let policy = Policy::new().read("/granted");
    let error = refused_at_once(&policy)?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::Threads { .. })), "{error}");
    drop(stop);
    let _ = other.join();
    let probes = Probes::new().allowed("what is granted", read("/granted"));
    let probes = probes.denied("what is not", Errno::ACCESS, read("/secret"));
    probes.outside()?;
    let _ = policy.restrict_process()?;
    probes.inside()
}

/// Where there is no `/proc` to count descriptors in.
fn refused_at_once(policy: &Policy) -> Failure {
    let error = policy.restrict_process().err().ok_or("it was restricted")?;
    unrestricted()?;
    Ok(error)
}

fn joined_threads_do_not_count(scratch: &Scratch) -> Verdict {
    never_counts(scratch, 1000, || {
        let thread = thread::spawn(|| ());
        // Not asleep when it ends: that moment is short.
        while !thread.is_finished() {
            std::hint::spin_loop();
        }
        thread.join().expect("no panic");
    })
}

/// A scope ends when its threads have given their results, a moment before they are gone.
fn threads_of_an_ended_scope_do_not_count(scratch: &Scratch) -> Verdict {
    never_counts(scratch, 200, || thread::scope(|scope| drop(scope.spawn(|| ()))))
}
