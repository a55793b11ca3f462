//! Filters that do not answer a call of Landlock but send SIGSYS for it, as in Termux and in units of systemd, or kill: whether
//! somebody handles the signal or not, no body runs without its sandbox.

use crate::child::{Child, DEADLINE};
use crate::raw;
use crate::said::{INSIDE, OUTSIDE, Said, tell};
use crate::ways::{self, Way};
use landlock_runtime::{Policy, Threads};
use landlock_tests::{Case, Scratch, Verdict, case};
use libc::{c_int, c_long, siginfo_t};
use rustix::process::WaitStatus;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};
use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(a_filter_kills).deadline(LONG),
    case!(a_filter_traps).deadline(LONG),
    case!(a_handler_says_that_there_is_no_such_call).deadline(LONG),
    case!(a_handler_comes_back).deadline(LONG),
    case!(a_filter_refuses_the_question_for_threads),
    case!(a_handler_comes_back_from_the_question_for_threads).only_root(),
];

const LONG: Duration = Duration::from_mins(2);

const WAYS: [(&str, Way); 10] = [
    ("restrict_process", ways::RESTRICT_PROCESS),
    ("restrict_thread", ways::RESTRICT_THREAD),
    ("run", ways::RUN),
    ("prepare", ways::PREPARE),
    ("spawn", ways::SPAWN),
    ("apply_to", ways::APPLY_TO),
    ("pool", ways::POOL),
    ("process", ways::PROCESS),
    ("process(reuse)", ways::PROCESS_WITH_LIMITS),
    ("prestart", ways::LAUNCHER),
];

/// Those in which a call of Landlock, or the one before the last, is made by a process of its own, which dies alone.
const OF_A_CHILD: [c_long; 2] = [libc::SYS_landlock_restrict_self, libc::SYS_prctl];
const CALLS: [c_long; 4] = [
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_add_rule,
    libc::SYS_landlock_restrict_self,
    // Only `PR_SET_NO_NEW_PRIVS`.
    libc::SYS_prctl,
];

type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut libc::c_void);

/// From now on this happens to a call.
fn filter(call: c_long, action: SeccompAction) -> Verdict {
    let mut rules = Vec::new();
    if call == libc::SYS_prctl {
        let operation = u64::from(libc::PR_SET_NO_NEW_PRIVS.unsigned_abs());
        let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, operation)?;
        rules.push(SeccompRule::new(vec![condition])?);
    }
    let rules = BTreeMap::from([(call, rules)]);
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, action, ARCH.try_into()?)?.try_into()?;
    Ok(apply_filter(&filter)?)
}

/// Goes every way under a filter of each call. How often the process died of it.
fn under_filters(
    action: &SeccompAction,
    handler: Option<Handler>,
) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let (mut deaths, mut wrongs) = (0, Vec::new());
    for (name, way) in WAYS {
        for call in CALLS {
            let child = Child::start(|| {
                if let Some(handler) = handler {
                    raw::handle(libc::SIGSYS, handler);
                }
                filter(call, action.clone()).expect("a filter");
                tell(&way);
            })?;
            let status = child.end(DEADLINE)?;
            let said = Said::read(&child.said()?);
            let of_a_child = way.replies && OF_A_CHILD.contains(&call);
            match judge(&said, status, handler.is_some() || of_a_child) {
                Ok(died) => deaths += usize::from(died),
                Err(what) => {
                    wrongs.push(format!("{name}, {}: {what}: {status:?}\n{}", crate::names::name(call), said.text));
                }
            }
        }
    }
    if wrongs.is_empty() { Ok(deaths) } else { Err(wrongs.join("\n").into()) }
}

/// Whether it died, of the signal.
fn judge(said: &Said, status: Option<WaitStatus>, must_live: bool) -> Result<bool, &'static str> {
    let died = status.and_then(WaitStatus::terminating_signal) == Some(libc::SIGSYS);
    let lived = status.and_then(WaitStatus::exit_status) == Some(0);
    match &said.error {
        _ if said.ran.iter().any(|ran| *ran != INSIDE) => Err("the body ran without its sandbox"),
        _ if !said.ran.is_empty() => Err("the body ran, although a call was not made"),
        _ if said.after.iter().any(|after| *after != OUTSIDE) => Err("the caller is restricted"),
        None if died && !must_live => Ok(true),
        Some((_, text)) if lived && says_why(text) => Ok(false),
        Some(_) if lived => Err("the error does not say why"),
        _ => Err("it neither lives nor dies of the signal"),
    }
}

/// The signal; or what a handler made of it.
fn says_why(text: &str) -> bool {
    let words = ["SIGSYS", "signal: 31", "(ENOSYS)", "Function not implemented", "Operation not permitted"];
    words.iter().any(|words| text.contains(words))
}

fn a_filter_kills(_: &Scratch) -> Verdict {
    assert!(under_filters(&SeccompAction::KillProcess, None)? > 0);
    Ok(())
}

fn a_filter_traps(_: &Scratch) -> Verdict {
    assert!(under_filters(&SeccompAction::Trap, None)? > 0);
    Ok(())
}

fn a_handler_says_that_there_is_no_such_call(_: &Scratch) -> Verdict {
    under_filters(&SeccompAction::Trap, Some(raw::no_such_call)).map(drop)
}

/// What stands in the register is not what the kernel would answer, and must not be taken for success.
fn a_handler_comes_back(_: &Scratch) -> Verdict {
    under_filters(&SeccompAction::Trap, Some(raw::come_back)).map(drop)
}

/// Containers refuse it. `/proc` knows, too.
fn a_filter_refuses_the_question_for_threads(_: &Scratch) -> Verdict {
    filter(libc::SYS_unshare, SeccompAction::Errno(libc::EPERM.unsigned_abs()))?;
    let free = |policy: Policy| -> Result<usize, landlock_runtime::Error> {
        Ok(policy.threads(Threads::New).restrict_process()?.free_threads().count())
    };
    let (stop, stopped) = mpsc::channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    assert_eq!(free(Policy::new().exec("/usr").read("/proc"))?, 1);
    drop(stop);
    let _ = other.join();
    assert_eq!(free(Policy::new().read("/proc"))?, 0, "nobody is left who could be free");
    Ok(())
}

/// Without `/proc`, the call is all there is.
fn a_handler_comes_back_from_the_question_for_threads(scratch: &Scratch) -> Verdict {
    std::os::unix::fs::chroot(scratch.directory("root")?)?;
    let (stop, stopped) = mpsc::channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    raw::handle(libc::SIGSYS, raw::come_back);
    filter(libc::SYS_unshare, SeccompAction::Trap)?;
    let error = Policy::new().threads(Threads::New).restrict_process().expect_err("nobody knows").to_string();
    assert!(error.contains("counting the threads") && says_why(&error), "{error}");
    drop(stop);
    let _ = other.join();
    Ok(())
}
