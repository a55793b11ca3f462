//! What is told: the enforcement, the status, and what the process looks like afterwards.

use crate::kernels::known;
use crate::support::{descriptors, unrestricted};
use landlock_runtime::{Feature, Policy, Require, Right, Rights, status};
use landlock_tests::{Case, Scratch, Verdict, abi, case};
use std::fs;
use std::process::Command;
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(enforcement_of_this_kernel),
    case!(enforcement_of_a_smaller_policy),
    case!(text_names_what_is_missing).below_abi(10),
    case!(text_says_whom),
    case!(text_says_that_nothing_is_restricted).abi(0),
    case!(errata_of_this_kernel).abi(7),
    case!(status_of_a_process),
    case!(status_of_threads),
    case!(no_ruleset_is_open_inside),
    case!(no_new_privs_is_set),
    case!(no_new_privs_stays_on_its_thread),
];

fn enforcement_of_this_kernel(_: &Scratch) -> Verdict {
    let (line, enforcement) = (line!(), Policy::new().read("/usr").restrict_process()?);
    assert_eq!(enforcement.abi(), Ok(abi()));
    assert_eq!(enforcement.asked(), Rights::ALL);
    assert_eq!(enforcement.enforced(), known(abi()));
    assert_eq!(enforcement.missing(), Rights::ALL - known(abi()));
    assert_eq!(enforcement.is_complete(), abi() >= 10);
    assert!(enforcement.whole_process() && enforcement.new_layer());
    assert_eq!(enforcement.skipped().count(), 0);
    assert_eq!(enforcement.site().location().line(), line);
    let text = enforcement.to_string();
    let how = if abi() < 10 { "restricted in part" } else { "restricted" };
    assert!(text.starts_with(&format!("{}:{line}: process {how} (ABI {})", file!(), abi())), "{text}");
    Ok(())
}

/// Where all is enforced, nothing follows.
fn text_says_whom(_: &Scratch) -> Verdict {
    let all = || Policy::new().unrestricted(Rights::ALL - known(1));
    let mut command = Command::new("/usr/bin/true");
    let (line, child) = (line!(), all().apply_to(&mut command)?);
    let restricted = |whom: &str, line| format!("{}:{line}: {whom} restricted (ABI {})", file!(), abi());
    assert_eq!(child.to_string(), restricted("child", line));
    let (line, thread) = (line!(), all().run(|| status().to_string())?);
    assert_eq!(thread, restricted("thread", line));
    let (line, process) = (line!(), all().restrict_process()?);
    assert_eq!(process.to_string(), restricted("process", line));
    Ok(())
}

fn text_says_that_nothing_is_restricted(_: &Scratch) -> Verdict {
    let nothing = Policy::new().unrestricted(Rights::ALL).require(Require::None);
    let report = nothing.restrict_process()?;
    let text = report.to_string();
    assert!(text.ends_with(": process not restricted: the policy leaves everything unrestricted"), "{text}");
    assert!(!report.new_layer() && report.is_complete());
    let newer = Policy::new().unrestricted(Rights::ALL - Right::BindUdp.into()).require(Require::None);
    let report = newer.apply_to(&mut Command::new("/usr/bin/true"))?;
    let text = report.to_string();
    match abi() {
        0 => assert!(text.contains(": child not restricted: "), "{text}"),
        1..10 => {
            assert!(text.contains(&format!(": child not restricted (ABI {}); not enforced by this", abi())), "{text}");
        }
        _ => assert!(text.ends_with(&format!(": child restricted (ABI {})", abi())), "{text}"),
    }
    Ok(())
}

fn enforcement_of_a_smaller_policy(_: &Scratch) -> Verdict {
    let smaller = Feature::Fs.rights() & known(1);
    let enforcement = Policy::new().unrestricted(Rights::ALL - smaller).restrict_process()?;
    assert_eq!((enforcement.asked(), enforcement.enforced()), (smaller, smaller));
    assert!(enforcement.is_complete());
    Ok(())
}

fn text_names_what_is_missing(_: &Scratch) -> Verdict {
    let text = Policy::new().restrict_process()?.to_string();
    assert!(text.contains("; not enforced by this kernel: "), "{text}");
    assert!(text.contains("bind_udp, connect_send_udp (ABI 10, Linux 7.2)"), "{text}");
    Ok(())
}

/// Every kernel with ABI 7 can tell its errata, and the signal scope depends on one.
fn errata_of_this_kernel(_: &Scratch) -> Verdict {
    let errata = Policy::new().restrict_process()?.errata();
    println!("errata: {errata:#b}");
    let fixed = errata & 0b10 != 0;
    let of_thread = Policy::new().read("/usr").require(Right::Signal).run(|| status().layers().last().cloned());
    assert_eq!(of_thread.is_ok(), fixed, "the signal scope of a thread needs erratum 2");
    Ok(())
}

fn status_of_a_process(_: &Scratch) -> Verdict {
    unrestricted()?;
    assert_eq!(status().to_string(), "no layer");
    let first = Policy::new().read("/usr").restrict_process()?;
    let second = Policy::new().read("/usr").read("/etc").restrict_process()?;
    let sites: Vec<_> = status().layers().map(landlock_runtime::Enforcement::site).collect();
    assert_eq!(sites, [first.site(), second.site()]);
    assert_eq!(status().to_string(), format!("{first}\n{second}"));
    let elsewhere = thread::spawn(|| status().layers().count()).join().expect("no panic");
    assert_eq!(elsewhere, 2, "the layers of a process are those of every thread");
    Ok(())
}

fn status_of_threads(_: &Scratch) -> Verdict {
    let layers = || status().layers().count();
    assert_eq!(Policy::new().read("/usr").run(layers)?, 1);
    assert_eq!(layers(), 0);
    let restricted = thread::spawn(move || {
        let enforcement = Policy::new().read("/usr").restrict_thread()?;
        assert!(!enforcement.whole_process());
        Ok::<_, landlock_runtime::Error>((layers(), Policy::new().run(layers)?))
    });
    assert_eq!(restricted.join().expect("no panic")?, (1, 2));
    assert_eq!(layers(), 0);
    Ok(())
}

fn no_ruleset_is_open_inside(scratch: &Scratch) -> Verdict {
    let policy = Policy::new().read("/proc").read(scratch.path()).write(scratch.path());
    let before = descriptors()?;
    let during = policy.run(descriptors)??;
    assert_eq!(during, before);
    assert!(during.iter().all(|target| !target.to_string_lossy().contains("landlock-ruleset")), "{during:?}");
    assert_eq!(descriptors()?, before);
    let of_thread = {
        let policy = policy.clone();
        thread::spawn(move || policy.restrict_thread().map(|_| descriptors())).join().expect("no panic")??
    };
    assert_eq!(of_thread, before);
    let _ = policy.restrict_process()?;
    assert_eq!(descriptors()?, before);
    Ok(())
}

fn no_new_privs_is_set(_: &Scratch) -> Verdict {
    let told = || fs::read_to_string("/proc/self/status").map(|status| status.contains("NoNewPrivs:\t1"));
    assert!(!told()?);
    let _ = Policy::new().read("/proc").restrict_process()?;
    assert!(told()?);
    assert!(rustix::thread::no_new_privs()?);
    Ok(())
}

fn no_new_privs_stays_on_its_thread(_: &Scratch) -> Verdict {
    let nothing = Policy::new().unrestricted(Rights::ALL).require(Require::None);
    for policy in [Policy::new(), nothing] {
        assert!(policy.run(rustix::thread::no_new_privs)??, "{policy:?}");
        assert!(!rustix::thread::no_new_privs()?, "the caller");
    }
    Ok(())
}
