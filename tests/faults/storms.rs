//! Signals that come all the time, to every thread, with a handler after which no call is made again: what is interrupted goes on or
//! says so.

use crate::child::Child;
use crate::raw;
use crate::said::{INSIDE, OUTSIDE, Said, tell};
use crate::ways::{self, DIRECTORY, Way};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{fs, io};

macro_rules! cases {
    ($($case:ident: $way:ident, $children:literal children, $times:literal times;)*) => {
        pub(crate) const CASES: &[Case] = &[$(case!($case).deadline(LONG)),*];

        $(fn $case(scratch: &Scratch) -> Verdict {
            DIRECTORY.get_or_init(|| scratch.path().to_owned());
            storm(&ways::$way, $children, $times)
        })*
    };
}

const LONG: Duration = Duration::from_mins(5);

cases! {
    restrict_process: RESTRICT_PROCESS, 200 children, 1 times;
    restrict_thread: RESTRICT_THREAD, 1 children, 300 times;
    run: RUN, 1 children, 300 times;
    run_with_every_kind_of_rule: RUN_ALL_KEYS, 1 children, 200 times;
    prepare_and_run: PREPARE, 1 children, 200 times;
    spawn: SPAWN, 1 children, 100 times;
    apply_to: APPLY_TO, 1 children, 100 times;
    isolate_pool: POOL, 100 children, 2 times;
    isolate_process: PROCESS, 1 children, 100 times;
    isolate_process_reuse_with_limits: PROCESS_WITH_LIMITS, 20 children, 10 times;
    prestart_and_process: LAUNCHER, 20 children, 5 times;
}

fn storm(way: &Way, children: usize, times: usize) -> Verdict {
    let (mut signals, mut interrupted) = (0, 0);
    for _ in 0..children {
        let child = Child::start(|| {
            raw::handle(libc::SIGUSR1, raw::come_back);
            println!("a handler is there");
            while raw::SIGNALS.load(Ordering::Relaxed) == 0 {}
            (0..times).for_each(|_| tell(way));
        })?;
        signals += signal_until_it_ends(&child)?;
        let status = child.end(Duration::ZERO)?;
        let said = child.said()?;
        let errors = said.lines().filter(|line| line.starts_with("error "));
        interrupted += errors.clone().count();
        let unexpected = errors.clone().find(|error| !error.contains("Interrupted system call"));
        let Said { ran, after, .. } = Said::read(&said);
        let ends = said.lines().filter(|line| *line == "ok").count() + errors.count();
        let is_right = status.is_some_and(|status| status.exit_status() == Some(0))
            && unexpected.is_none()
            && ran.iter().all(|ran| *ran == INSIDE)
            && after.iter().all(|after| *after == OUTSIDE)
            && ends == times;
        if !is_right {
            return Err(format!("{status:?}, {ends} of {times}, {unexpected:?}: {said}").into());
        }
    }
    println!(
        "[note] {} enforcements under {signals} signals, {interrupted} said that they were interrupted",
        children * times
    );
    assert!(signals > children, "it was no storm");
    Ok(())
}

/// About every 100 microseconds one to each thread. How many.
fn signal_until_it_ends(child: &Child) -> io::Result<usize> {
    const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000 };
    const DEADLINE: Duration = Duration::from_mins(1);
    let (mut signals, begun) = (0, Instant::now());
    while !child.is_ready()? {}
    let tasks = format!("/proc/{}/task", child.pid.as_raw_nonzero());
    while poll(&mut [PollFd::new(&child.process, PollFlags::IN)], Some(&PAUSE))? == 0 && begun.elapsed() < DEADLINE {
        for task in fs::read_dir(&tasks)? {
            let thread = task.ok().and_then(|task| task.file_name().to_str()?.parse().ok());
            let sent = thread.map(|thread| raw::signal_thread(child.pid, thread, libc::SIGUSR1));
            signals += usize::from(matches!(sent, Some(Ok(()))));
        }
    }
    Ok(signals)
}
