//! No Landlock at all: a seccomp filter answers its system calls as a kernel without it does, or a container's filter; or
//! the kernel itself has none.

use crate::support::{Failure, list, refused_here, says};
use landlock_runtime::{Enforcement, Error, ErrorKind, Policy, Require, Rights, Unavailable};
use landlock_tests::{Case, Scratch, Verdict, case};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) const CASES: &[Case] = &[
    case!(not_built_in).abi(0),
    case!(disabled_at_boot).abi(0),
    case!(refused_by_a_filter).abi(0),
    case!(none_runs_without).abi(0),
    case!(none_runs_without_where_it_is_disabled).abi(0),
    case!(none_runs_without_where_it_is_refused).abi(0),
    case!(anything_else_is_an_error).abi(0),
    case!(this_kernel_has_none).abi(0).below_abi(1),
    case!(rules_are_refused),
    case!(the_last_step_is_refused),
];

const ALL: [i64; 3] =
    [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];

/// From now on these system calls fail.
fn answer(calls: &[i64], errno: i32) -> Verdict {
    let rules: BTreeMap<_, _> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let fail = SeccompAction::Errno(errno.unsigned_abs());
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, fail, ARCH.try_into()?)?.try_into()?;
    Ok(apply_filter(&filter)?)
}

/// The error of every way to enforce a policy, none of which ran anything.
fn fails(policy: &Policy) -> Failure {
    let (mut ran, made) = (false, Path::new("made"));
    let error = refused_here(|| policy.run(|| ran = true))?;
    let others = [
        refused_here(|| policy.restrict_process())?,
        refused_here(|| policy.prepare()?.run(|| ran = true))?,
        refused_here(|| policy.spawn(Command::new("touch").arg(made)))?,
    ];
    assert!(!ran && !made.exists(), "the body ran");
    let cause = |error: &Error| error.kind().to_string();
    assert_eq!(others.each_ref().map(cause), [(); 3].map(|()| cause(&error)));
    Ok(error)
}

fn unavailable(errno: i32, reason: Unavailable, words: &[&str]) -> Verdict {
    answer(&ALL, errno)?;
    nothing_runs(reason, words)
}

/// Nothing runs, unless nothing is required, and the error says why.
fn nothing_runs(reason: Unavailable, words: &[&str]) -> Verdict {
    let error = fails(&Policy::new().read("/usr"))?;
    assert!(matches!(error.kind(), ErrorKind::Required(required) if required.abi == Err(reason)), "{error:?}");
    says(&error, words);
    says(&error, &["to run without a sandbox here, write `require = none`"]);
    fails(&Policy::new().require(Require::All))?;
    fails(&Policy::new().require(Require::Threads))?;
    fails(&Policy::new().require(Require::Abi(1)))?;
    Ok(())
}

fn not_built_in(_: &Scratch) -> Verdict {
    unavailable(libc::ENOSYS, Unavailable::NotBuiltIn, &["this kernel has no Landlock", "5.13", "ENOSYS"])
}

fn disabled_at_boot(_: &Scratch) -> Verdict {
    unavailable(libc::EOPNOTSUPP, Unavailable::Disabled, &["disabled", "boot parameter `lsm=`", "EOPNOTSUPP"])
}

fn refused_by_a_filter(_: &Scratch) -> Verdict {
    let words = ["seccomp filter", "landlock_create_ruleset", "Operation not permitted"];
    unavailable(libc::EPERM, Unavailable::Refused { errno: libc::EPERM }, &words)
}

fn runs_without(errno: i32, reason: Unavailable) -> Verdict {
    answer(&ALL, errno)?;
    runs_unrestricted(reason)
}

/// Where nothing is required, all runs, and it is said that nothing is enforced.
fn runs_unrestricted(reason: Unavailable) -> Verdict {
    let policy = Policy::new().read("/usr").require(Require::None);
    policy.run(|| list("/etc")(0))??;
    let prepared = policy.prepare()?;
    prepared.run(|| list("/etc")(0))??;
    assert!(prepared.run(rustix::thread::no_new_privs)??);
    drop(prepared);
    let mut command = Command::new("cat");
    command.arg("/etc/passwd").stdout(Stdio::null());
    assert!(policy.spawn(&mut command)?.wait()?.success());
    let enforcement = policy.apply_to(&mut command)?;
    assert!(enforcement.abi() == Err(reason) && command.status()?.success());
    let enforcement: Enforcement = policy.restrict_process()?;
    assert_eq!(enforcement.abi(), Err(reason));
    assert_eq!((enforcement.asked(), enforcement.missing()), (Rights::ALL, Rights::ALL));
    assert_eq!((enforcement.enforced(), enforcement.errata()), (Rights::EMPTY, 0));
    assert!(!enforcement.is_complete() && !enforcement.new_layer());
    assert!(enforcement.to_string().contains(&format!(": process not restricted: {reason}")), "{enforcement}");
    Ok(list("/etc")(0)?)
}

fn none_runs_without(_: &Scratch) -> Verdict {
    runs_without(libc::ENOSYS, Unavailable::NotBuiltIn)
}

fn none_runs_without_where_it_is_disabled(_: &Scratch) -> Verdict {
    runs_without(libc::EOPNOTSUPP, Unavailable::Disabled)
}

fn none_runs_without_where_it_is_refused(_: &Scratch) -> Verdict {
    runs_without(libc::EPERM, Unavailable::Refused { errno: libc::EPERM })
}

fn anything_else_is_an_error(_: &Scratch) -> Verdict {
    unavailable(libc::EACCES, Unavailable::Refused { errno: libc::EACCES }, &["seccomp filter", "Permission denied"])
}

/// Without a filter: whichever of the two reasons it is.
fn this_kernel_has_none(_: &Scratch) -> Verdict {
    let reason = landlock_tests::landlock().expect_err("the case is for such kernels");
    nothing_runs(reason, &[&reason.to_string()])?;
    runs_unrestricted(reason)
}

/// Only a part is filtered: the ABI is known, and still nothing may run, `require` or not.
fn refused_in_part(call: i64, name: &str) -> Verdict {
    answer(&[call], libc::EPERM)?;
    for policy in [Policy::new().read("/usr"), Policy::new().read("/usr").require(Require::None)] {
        let error = fails(&policy)?;
        says(&error, &[name, "Operation not permitted"]);
    }
    Ok(())
}

fn rules_are_refused(_: &Scratch) -> Verdict {
    refused_in_part(libc::SYS_landlock_add_rule, "read = \"/usr\"")
}

fn the_last_step_is_refused(_: &Scratch) -> Verdict {
    refused_in_part(libc::SYS_landlock_restrict_self, "landlock_restrict_self")
}
