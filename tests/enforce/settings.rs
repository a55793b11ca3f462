//! Keys that say how the layer is made: the ceiling `abi`, `threads = new`, `no_new_privs`, what of them `include` brings
//! along, and the flags of the audit log as a difference between policies.

use crate::kernels::known;
use crate::net::{connect, listen};
use crate::support::{list, refused, says};
use crate::threads::{policy, prober, probes};
use landlock_runtime::{Enforcement, ErrorKind, Feature, Policy, PolicyError, Require, Right, Rights, Threads, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, abi, case};
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(ceiling_leaves_free_what_is_newer).abi(4),
    case!(ceiling_decides_what_is_asked),
    case!(ceiling_decides_what_all_is).abi(6),
    case!(right_above_the_ceiling_cannot_be_required).abi(4),
    case!(ceiling_out_of_bounds_is_an_error),
    case!(new_leaves_running_threads_free_and_says_so),
    case!(new_restricts_the_whole_process_if_it_is_alone),
    case!(new_is_not_what_require_threads_asks_for),
    case!(new_adds_no_second_layer),
    case!(new_counts_threads_without_proc).only_root(),
    case!(privileges_are_kept_by_a_privileged_process).only_root(),
    case!(privileges_are_not_kept_by_others).only_ordinary(),
    case!(equal_policy_still_gives_privileges_up).only_root(),
    case!(include_brings_no_setting_along),
    case!(include_is_good_if_the_includer_says_the_same),
    case!(include_of_an_include_is_the_same),
    case!(audit_flags_are_a_difference),
    case!(quiet_denials_are_a_difference),
    case!(quiet_denials_are_denials_on_every_kernel).abi(4),
];

fn ceiling_leaves_free_what_is_newer(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    let probes =
        Probes::new().allowed("connecting", connect(port)).denied("listing a directory", Errno::ACCESS, list("/usr"));
    probes.outside()?;
    let enforcement = Policy::new().abi(3).restrict_process()?;
    assert_eq!((enforcement.asked(), enforcement.enforced()), (known(3), known(3)));
    assert!(enforcement.is_complete());
    assert_eq!(enforcement.abi(), Ok(abi()), "the kernel's, not the ceiling");
    probes.inside()
}

fn ceiling_decides_what_is_asked(_: &Scratch) -> Verdict {
    let signal = Rights::from(Right::Signal);
    for ceiling in 1..=10 {
        let last = || status().layers().last().cloned();
        let enforcement = Policy::new().abi(ceiling).run(last)?.ok_or("no layer")?;
        assert_eq!(enforcement.asked(), known(ceiling));
        // Before erratum 2, signals are left out of a thread's layer.
        assert_eq!(enforcement.enforced() - signal, known(ceiling.min(abi())) - signal);
    }
    Ok(())
}

fn ceiling_decides_what_all_is(_: &Scratch) -> Verdict {
    let enforcement = Policy::new().abi(6).require(Require::All).restrict_process()?;
    assert!(enforcement.is_complete());
    assert_eq!(enforcement.enforced(), known(6));
    Ok(())
}

fn right_above_the_ceiling_cannot_be_required(_: &Scratch) -> Verdict {
    let error = refused(|| policy().abi(3).require(Feature::Tcp).restrict_process())?;
    let rights = Feature::Tcp.rights();
    assert!(matches!(error.kind(), ErrorKind::Policy(all) if *all == [PolicyError::RequiredAboveAbi { rights }]));
    says(&error, &["require names bind_tcp, connect_tcp, which `abi` leaves out"]);
    Ok(())
}

fn ceiling_out_of_bounds_is_an_error(_: &Scratch) -> Verdict {
    for ceiling in [0, 11, u32::MAX] {
        let error = refused(|| Policy::new().read("/etc").abi(ceiling).restrict_process())?;
        assert!(matches!(error.kind(), ErrorKind::Policy(all) if *all == [PolicyError::UnknownAbi { abi: ceiling }]));
        says(&error, &[&format!("abi = {ceiling}: this version knows ABI 1 to 10")]);
    }
    Ok(())
}

/// A thread that runs already, and what it is asked and answers.
fn early_bird<'s>(
    scope: &'s thread::Scope<'s, '_>,
    probes: &'s Probes<'_>,
) -> io::Result<(Sender<bool>, Receiver<Verdict>)> {
    let ((ask, requests), (answer, answers)) = (channel(), channel());
    let thread = thread::Builder::new().name("early-bird".to_owned());
    thread.spawn_scoped(scope, move || prober(requests, &answer, probes))?;
    Ok((ask, answers))
}

fn new_leaves_running_threads_free_and_says_so(_: &Scratch) -> Verdict {
    let probes = probes();
    thread::scope(|scope| {
        let probes = &probes;
        let (ask, answers) = early_bird(scope, probes)?;
        ask.send(false)?;
        answers.recv()??;
        let enforcement = policy().threads(Threads::New).restrict_process()?;
        assert!(!enforcement.whole_process());
        assert_eq!(enforcement.free_threads().collect::<Vec<_>>(), ["early-bird"]);
        let text = enforcement.to_string();
        assert!(text.contains(": process restricted in part (ABI "), "{text}");
        assert!(text.contains("; threads that ran already stay free: \"early-bird\""), "{text}");
        probes.inside()?;
        let later = scope.spawn(|| probes.inside());
        later.join().expect("no panic")?;
        ask.send(false)?;
        answers.recv()??;
        drop(ask);
        Ok(())
    })
}

fn new_restricts_the_whole_process_if_it_is_alone(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    let enforcement = policy().threads(Threads::New).require(Require::Threads).restrict_process()?;
    assert!(enforcement.whole_process());
    assert_eq!(enforcement.free_threads().count(), 0);
    let text = enforcement.to_string();
    assert!(text.contains(": process restricted ") && !text.contains("stay free"), "{text}");
    probes.inside()?;
    thread::scope(|scope| scope.spawn(|| probes.inside()).join().expect("no panic"))
}

fn new_is_not_what_require_threads_asks_for(_: &Scratch) -> Verdict {
    let probes = probes();
    thread::scope(|scope| {
        let (ask, answers) = early_bird(scope, &probes)?;
        ask.send(false)?;
        answers.recv()??;
        let error = refused(|| policy().threads(Threads::New).require(Require::Threads).restrict_process())?;
        assert!(matches!(error.kind(), ErrorKind::Required(required) if required.threads));
        says(&error, &["requires all threads, while only this one would be restricted"]);
        drop(ask);
        Ok(())
    })
}

fn new_adds_no_second_layer(_: &Scratch) -> Verdict {
    let probes = probes();
    thread::scope(|scope| {
        let (ask, answers) = early_bird(scope, &probes)?;
        ask.send(false)?;
        answers.recv()??;
        let mut layers = [(true, 1), (true, 2), (false, 2), (false, 2)].into_iter();
        layers.try_for_each(|expected| {
            let enforcement = policy().threads(Threads::New).restrict_process()?;
            assert_eq!((enforcement.new_layer(), status().layers().count()), expected);
            Ok::<_, landlock_runtime::Error>(())
        })?;
        drop(ask);
        Ok(())
    })
}

fn privileged() -> Policy {
    policy().no_new_privs(false)
}

/// Where there is no `/proc`, other threads have no names; but they are not overlooked, nor is their end.
fn new_counts_threads_without_proc(scratch: &Scratch) -> Verdict {
    std::os::unix::fs::chroot(scratch.directory("root")?)?;
    let (stop, stopped) = channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    let enforcement = Policy::new().threads(Threads::New).restrict_process()?;
    assert_eq!(enforcement.free_threads().collect::<Vec<_>>(), ["their names cannot be read here"]);
    assert!(!enforcement.whole_process());
    drop(stop);
    let _ = other.join();
    let enforcement = Policy::new().read("/").threads(Threads::New).restrict_process()?;
    assert!(enforcement.whole_process() && enforcement.free_threads().next().is_none());
    Ok(())
}

fn privileges_are_kept_by_a_privileged_process(_: &Scratch) -> Verdict {
    let probes = probes();
    probes.outside()?;
    privileged().run(|| {
        assert!(!rustix::thread::no_new_privs()?, "on the thread of `run`");
        probes.inside()
    })??;
    let _ = privileged().restrict_process()?;
    assert!(!rustix::thread::no_new_privs()?, "in the process");
    probes.inside()
}

fn privileges_are_not_kept_by_others(_: &Scratch) -> Verdict {
    let error = refused(|| privileged().restrict_process())?;
    assert!(matches!(error.kind(), ErrorKind::System { source, .. } if source.raw_os_error() == Some(libc::EPERM)));
    says(&error, &["landlock_restrict_self", "CAP_SYS_ADMIN", "Operation not permitted"]);
    let mut ran = false;
    refused(|| privileged().run(|| ran = true))?;
    assert!(!ran, "the body ran");
    Ok(())
}

fn equal_policy_still_gives_privileges_up(_: &Scratch) -> Verdict {
    let layer = |policy: Policy| policy.restrict_process().map(|enforcement| enforcement.new_layer());
    assert!(layer(privileged())? && layer(privileged())? && !layer(privileged())?);
    assert!(!rustix::thread::no_new_privs()?);
    assert!(layer(policy())? && layer(policy())? && !layer(policy())?);
    assert!(rustix::thread::no_new_privs()?);
    Ok(())
}

/// A setting that an included policy can loosen, with what the error says of it.
type Loosened = (fn(Policy) -> Policy, &'static str);

fn settings() -> [Loosened; 5] {
    [
        (|policy| policy.abi(6), "an included policy says `abi = 6`: write `abi = 6` here too"),
        (|policy| policy.threads(Threads::New), "an included policy says `threads = new`"),
        (|policy| policy.no_new_privs(false), "an included policy says `no_new_privs = false`"),
        (|policy| policy.require(Require::None), "an included policy says `require = none`"),
        (
            |policy| policy.unrestricted(Feature::Tcp),
            "an included policy says `unrestricted = [bind_tcp, connect_tcp]`",
        ),
    ]
}

fn include_brings_no_setting_along(_: &Scratch) -> Verdict {
    for (set, words) in settings() {
        let error = refused(|| policy().include(&set(Policy::new())).restrict_process())?;
        assert!(matches!(error.kind(), ErrorKind::Policy(defects) if defects.len() == 1), "{error}");
        says(&error, &[words]);
    }
    let all = settings().iter().fold(Policy::new(), |policy, (set, _)| set(policy));
    let error = refused(|| policy().include(&all).restrict_process())?;
    says(&error, &settings().map(|(_, words)| words));
    says(&refused(|| policy().abi(7).include(&Policy::new().abi(6)).restrict_process())?, &["says `abi = 6`"]);
    Ok(())
}

fn include_is_good_if_the_includer_says_the_same(_: &Scratch) -> Verdict {
    let restrict = |policy: &Policy| policy.run(|| status().layers().count());
    for (set, _) in settings() {
        // Only root may keep its privileges; the defects are found before that.
        let outcome = restrict(&set(policy()).include(&set(Policy::new())));
        let refused = outcome.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::Policy(_)));
        assert!(!refused, "{outcome:?}");
    }
    assert_eq!(restrict(&policy().abi(5).include(&Policy::new().abi(6)))?, 1, "a lower ceiling says it, too");
    Ok(())
}

fn include_of_an_include_is_the_same(_: &Scratch) -> Verdict {
    let inner = Policy::new().no_new_privs(false);
    let outer = Policy::new().no_new_privs(false).include(&inner);
    says(&refused(|| policy().include(&outer).restrict_process())?, &["says `no_new_privs = false`"]);
    let silent = Policy::new().include(&inner);
    says(&refused(|| policy().include(&silent).restrict_process())?, &["says `no_new_privs = false`"]);
    Ok(())
}

fn audit_flags_are_a_difference(_: &Scratch) -> Verdict {
    let policies: [fn() -> Policy; 4] =
        [policy, || policy().log_same_exec(false), || policy().log_new_exec(true), || policy().log_subdomains(false)];
    for (layers, policy) in policies.iter().enumerate() {
        let new = |enforcement: Enforcement| enforcement.new_layer();
        assert!(new(policy().restrict_process()?) && new(policy().restrict_process()?));
        assert!(!new(policy().restrict_process()?));
        assert_eq!(status().layers().count(), 2 * layers + 2);
    }
    let defaults = policy().log_same_exec(true).log_new_exec(false).log_subdomains(true);
    assert!(!defaults.restrict_process()?.new_layer(), "the defaults by name");
    Ok(())
}

/// On every kernel, as the flags are. Those on objects are never equal, not even to themselves.
fn quiet_denials_are_a_difference(_: &Scratch) -> Verdict {
    // The second time the objects have been looked at.
    let twice = |policy: &Policy| policy.run(|| status().layers().count());
    let layers = |outer: &Policy, inner: &Policy| outer.run(|| inner.run(|| twice(inner)))??;
    let (loud, quiet) = (policy(), policy().quiet(Right::Signal));
    assert_eq!((layers(&loud, &quiet)?, layers(&quiet, &loud)?, layers(&quiet, &quiet)?), (3, 3, 2));
    for on_objects in [policy().quiet_paths("/usr"), policy().quiet_ports(443)] {
        let counted = (layers(&loud, &on_objects)?, layers(&on_objects, &loud)?, layers(&on_objects, &on_objects)?);
        assert_eq!(counted, (3, 3, 3), "{on_objects}");
    }
    Ok(())
}

/// Below ABI 10 there are no quiet rules: they are left out, and the rest is as without.
fn quiet_denials_are_denials_on_every_kernel(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    let probes = Probes::new()
        .allowed("listing what is granted", list("/usr"))
        .denied("listing what is only quiet", Errno::ACCESS, list("/etc"))
        .denied("connecting", Errno::ACCESS, connect(port));
    probes.outside()?;
    let quiet = Policy::new().read("/usr").quiet(Feature::Fs).quiet(Feature::Tcp).quiet_paths("/etc").quiet_ports(port);
    assert!(quiet.check("/usr", Right::ReadDir)?.is_allowed() && !quiet.check("/etc", Right::ReadDir)?.is_allowed());
    quiet.run(|| probes.inside())?
}
