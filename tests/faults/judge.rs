//! What may become of a fault: the body runs in its sandbox, or there is a readable error and nothing stays behind, or the
//! process dies of what is known.

use crate::names::name;
use crate::said::{INSIDE, OUTSIDE, Said};
use crate::supervisor::{Has, Outcome, Seen};
use crate::ways::Way;
use libc::{c_int, c_long};
use rustix::process::WaitStatus;
use std::{env, fmt, io};

/// How a child that met a fault went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// The fault made no difference: the body ran, in its sandbox.
    WentOn,
    Error,
    Died,
}

/// What is wrong with an outcome.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) what: String,
    pub(crate) outcome: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:\n    {}", self.what, self.outcome.replace('\n', "\n    "))
    }
}

/// What is granted is denied, too.
const NARROWER: [c_int; 2] = [libc::EACCES, libc::EACCES];

/// Judges the outcome of a fault; or, of none.
pub(crate) fn judge(way: &Way, errno: Option<c_int>, outcome: &Outcome) -> Result<Fate, Wrong> {
    let (fate, what) = verdict(way, errno, outcome, &outcome.said);
    let wrong = |what| Wrong { what, outcome: format!("{:?}, said:\n{}", outcome.status, outcome.said.text) };
    what.map_or(Ok(fate), |what| Err(wrong(what)))
}

fn verdict(way: &Way, errno: Option<c_int>, outcome: &Outcome, said: &Said) -> (Fate, Option<String>) {
    let mut expected = INSIDE;
    if way.requires_none && outcome.failed.is_some_and(|seen| asks_for_the_abi(&seen)) {
        expected = OUTSIDE;
    }
    // By this the kernel says that it is a file, on which rights of directories cannot be: it gets only the others.
    if errno == Some(libc::EINVAL) && outcome.failed.is_some_and(|seen| seen.call == libc::SYS_landlock_add_rule) {
        expected = NARROWER;
    }
    // Another thread can take the process down after the caller has come back, and said so.
    let lived = outcome.status.and_then(WaitStatus::exit_status) == Some(0);
    let fate = match (lived, said.is_ok, &said.error) {
        (true, true, None) => Fate::WentOn,
        (true, false, Some(_)) => Fate::Error,
        _ => Fate::Died,
    };
    let [before, after] = &outcome.has;
    let call = outcome.failed.map(|seen| seen.call);
    let may_keep = if fate == Fate::Error { way.keeps_launcher } else { way.keeps || way.executes };
    let leaves_none = !may_keep && !never_happened(call);
    let what = match fate {
        _ if said.ran.iter().any(|ran| *ran != expected && *ran != INSIDE) => {
            Some("the body ran without its sandbox".to_owned())
        }
        _ if said.after.iter().any(|after| *after != OUTSIDE) => Some("the caller is restricted".to_owned()),
        _ if outcome.status.is_none() => Some("it hangs".to_owned()),
        _ if outcome.leaves_processes => Some("it leaves a process behind".to_owned()),
        Fate::Died => died(call, outcome),
        Fate::WentOn if said.ran.len() != 1 => Some("it came back, and the body did not run".to_owned()),
        // What a process has to say can be lost on its way.
        Fate::Error if !said.ran.is_empty() && !way.replies => Some("there is an error, and the body ran".to_owned()),
        Fate::Error if said.after.is_empty() => Some("nobody looked".to_owned()),
        _ if leaves_none && said.has_children => Some("it leaves a child".to_owned()),
        _ if leaves_none && before != after => Some(format!("it leaves {}", more(after, before))),
        Fate::Error => said.error.as_ref().and_then(|(ours, text)| unreadable(*ours, text, errno.unwrap_or(0))),
        Fate::WentOn => None,
    };
    (fate, what)
}

/// What a process has and did not have.
fn more(after: &Has, before: &Has) -> String {
    let mut descriptors = after.descriptors.clone();
    for had in &before.descriptors {
        descriptors.iter().position(|has| has == had).map(|at| descriptors.remove(at));
    }
    format!("{} threads, had {}; and {descriptors:?}", after.threads, before.threads)
}

/// Whether this is the one call after which nothing can be enforced, and a policy that requires nothing goes on.
fn asks_for_the_abi(seen: &Seen) -> bool {
    const VERSION: u64 = 1;
    seen.call == libc::SYS_landlock_create_ruleset && seen.arguments[2] == VERSION
}

/// A child that was not waited for is there: the supervisor did not let that happen.
fn never_happened(call: Option<c_long>) -> bool {
    call == Some(libc::SYS_wait4)
}

/// What is missing in the text of an error.
fn unreadable(ours: bool, text: &str, errno: c_int) -> Option<String> {
    const SITE: &str = "faults/ways.rs:";
    let words = |errno: c_int| {
        let words = io::Error::from_raw_os_error(errno).to_string();
        words.split(" (os error").next().unwrap_or_default().to_owned()
    };
    // In the words of `Unavailable`.
    let by_name = match errno {
        libc::ENOSYS => "(ENOSYS)",
        libc::EOPNOTSUPP => "(EOPNOTSUPP)",
        libc::E2BIG => "already has 16 Landlock layers",
        _ => "",
    };
    // The C library calls a lack of memory for a thread so.
    let also = if errno == libc::ENOMEM { words(libc::EAGAIN) } else { words(errno) };
    let program = env::current_exe().map(|program| format!("{program:?}: ")).unwrap_or_default();
    // A worker that died before it could say why.
    let died = text.contains("its process ") && !text.contains("this process was started as a worker");
    let speechless = died || text.contains("the process that starts workers is gone");
    let says = |words: &str| !words.is_empty() && text.contains(words);
    // To whoever counts layers, it is the kernel's word that there are so many.
    let miscounted = errno == libc::E2BIG && says("this thread holds a layer");
    if ours && !says(SITE) {
        Some("the error has no site".to_owned())
    } else if miscounted {
        None
    } else if ours && !NAMED.iter().any(|named| says(named)) && !says(&program) {
        Some("the error names no call and no key".to_owned())
    } else if !speechless && !says(&words(errno)) && !says(by_name) && !says(&also) {
        Some(format!("the error does not say {:?}", words(errno)))
    } else {
        None
    }
}

/// What an error is about.
const NAMED: &[&str] = &[
    "read = ",
    "write = ",
    "exec = ",
    "read_dir = ",
    "open(",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
    "Landlock",
    "prctl(PR_SET_NO_NEW_PRIVS)",
    "starting the thread",
    "counting the threads",
    "layers could not be counted",
    "executing this program again",
    "talking to the process of the call",
    "waiting for the process of the call",
    "restricting the process of the call",
    "its process crashed with ",
    "its process ended with exit code ",
];

/// A death that is not ours to prevent.
struct Death {
    calls: &'static [c_long],
    words: &'static str,
}

const DEATHS: &[Death] = &[
    // The C library.
    Death { calls: &[libc::SYS_futex], words: "The futex facility returned an unexpected error code." },
    Death { calls: &[libc::SYS_rseq], words: "Fatal glibc error: rseq registration failed" },
    // `std`, at the start of a thread.
    Death { calls: &[libc::SYS_mmap], words: "failed to allocate an alternative stack" },
    Death { calls: &[libc::SYS_mprotect], words: "failed to set up alternative stack guard page" },
    // `std`, where it hears whether a forked child could execute its program.
    Death { calls: &[libc::SYS_recvfrom, libc::SYS_read], words: "the CLOEXEC pipe failed" },
];

fn died(call: Option<c_long>, outcome: &Outcome) -> Option<String> {
    let is_known =
        |call| DEATHS.iter().any(|death| death.calls.contains(&call) && outcome.said.text.contains(death.words));
    match call {
        None => Some("it dies without a fault".to_owned()),
        Some(call) if is_known(call) => None,
        Some(call) => Some(format!("it dies of {}", name(call))),
    }
}
