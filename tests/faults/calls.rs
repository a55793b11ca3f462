//! Each system call of the enforcement path, made to fail in turn with each errno: for every way to enforce.

use crate::judge::{Fate, Wrong, judge};
use crate::names::name;
use crate::said::tell;
use crate::supervisor::{Outcome, Place, Seen, Watch, supervise};
use crate::ways::{self, DIRECTORY, Way};
use landlock_tests::{Case, Scratch, Verdict, case};
use libc::c_int;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::time::Duration;
use std::{fs, io};

/// A thousand children, or thousands.
const LONG: Duration = Duration::from_mins(10);

macro_rules! cases {
    ($($case:ident: $way:ident;)*) => {
        pub(crate) const CASES: &[Case] = &[$(case!($case).deadline(LONG)),*];

        $(fn $case(scratch: &Scratch) -> Verdict {
            each_call_fails(&ways::$way, scratch)
        })*
    };
}

cases! {
    restrict_process: RESTRICT_PROCESS;
    restrict_thread: RESTRICT_THREAD;
    run: RUN;
    run_with_every_kind_of_rule: RUN_ALL_KEYS;
    run_where_nothing_is_required: RUN_REQUIRE_NONE;
    prepare_and_run: PREPARE;
    spawn: SPAWN;
    apply_to: APPLY_TO;
    isolate_pool: POOL;
    isolate_process: PROCESS;
    isolate_process_reuse_with_limits: PROCESS_WITH_LIMITS;
    prestart_and_process: LAUNCHER;
}

const ERRNOS: [c_int; 9] = [
    libc::ENOSYS,
    libc::EOPNOTSUPP,
    libc::EPERM,
    libc::EINVAL,
    libc::EMFILE,
    libc::ENOMEM,
    libc::E2BIG,
    libc::EACCES,
    libc::EINTR,
];

fn each_call_fails(way: &Way, scratch: &Scratch) -> Verdict {
    DIRECTORY.get_or_init(|| scratch.path().to_owned());
    let calm = attempt(way, None)?;
    judge(way, None, &calm).map_err(|wrong| format!("without a fault: {wrong}"))?;
    let mut fates = BTreeMap::<Fate, usize>::new();
    // Those that are wrong in one way are shown by the first.
    let mut wrongs = BTreeMap::<String, (Wrong, Vec<String>)>::new();
    for (seen, errnos) in worth_failing(way, &calm.seen) {
        for errno in errnos {
            let outcome = attempt(way, Some((seen.place, *errno)))?;
            // Where threads run at once, a call may not come this time.
            let Some(failed) = outcome.failed else { continue };
            match judge(way, Some(*errno), &outcome) {
                Ok(fate) => *fates.entry(fate).or_default() += 1,
                Err(wrong) => {
                    let Place { task, index } = failed.place;
                    let key = format!("{} fails, {}", name(failed.call), wrong.what);
                    let (_, places) = wrongs.entry(key).or_insert_with(|| (wrong, Vec::new()));
                    places.push(format!("{task}.{index}: {errno}"));
                }
            }
        }
    }
    let count = |fate| fates.get(&fate).copied().unwrap_or(0);
    let (went_on, errors, deaths) = (count(Fate::WentOn), count(Fate::Error), count(Fate::Died));
    println!(
        "[note] {} calls, {} faults: {went_on} went on in the sandbox, {errors} were an error, {deaths} the end",
        calm.seen.len(),
        fates.values().sum::<usize>() + wrongs.values().map(|(_, places)| places.len()).sum::<usize>()
    );
    let mut failures = String::new();
    for (key, (wrong, places)) in wrongs {
        let _ = writeln!(failures, "{key} ({})\n  {wrong}", places.join(", "));
    }
    assert!(went_on > 0 && errors > 0, "faults that make no difference prove nothing");
    if failures.is_empty() { Ok(()) } else { Err(failures.into()) }
}

/// Which calls are to fail, with which errnos: each with all. But for those of the loader, before a child's own code runs: with
/// one each, and in one way. And of a run of equal calls, one for each signal, two stand for all.
fn worth_failing<'s>(way: &Way, seen: &'s [Seen]) -> Vec<(&'s Seen, &'static [c_int])> {
    const ENOUGH: usize = 2;
    let mut tasks = HashMap::new();
    let mut chosen = Vec::new();
    for (number, seen) in seen.iter().enumerate() {
        let (loads, last, times) = tasks.entry(seen.place.task).or_insert((false, seen.call, 0));
        *times = if *last == seen.call { *times + 1 } else { 1 };
        *last = seen.call;
        // The first thing that a child looks at is its channel.
        *loads &= seen.call != libc::SYS_getsockopt;
        match *loads {
            _ if *times > ENOUGH && seen.call == libc::SYS_rt_sigaction => {}
            false => chosen.push((seen, &ERRNOS[..])),
            true if way.keeps => {}
            true => chosen.push((seen, std::slice::from_ref(&ERRNOS[number % ERRNOS.len()]))),
        }
        *loads |= seen.call == libc::SYS_execve;
    }
    chosen
}

fn attempt(way: &Way, fault: Option<(Place, c_int)>) -> io::Result<Outcome> {
    if let Some(directory) = DIRECTORY.get() {
        let _ = fs::remove_dir(directory.join("made"));
        let _ = fs::remove_file(directory.join("file"));
    }
    let (keeps, keeps_after_error) = (way.keeps || way.executes, way.keeps_launcher);
    supervise(|| tell(way), fault, Watch { until_executed: way.executes, keeps, keeps_after_error })
}
