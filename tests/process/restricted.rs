//! A program that is restricted itself: it may execute itself, or has started its workers before.

use crate::programs;
use crate::support::{INSIDE, Listed, fate, is_gone, lists, runs_itself};
use landlock_runtime::{Error, Policy, ProcessError, policy, presets, prestart, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(one_that_may_not_execute_itself_is_told_what_to_do),
    case!(one_that_does_as_it_is_told),
    case!(one_without_proc_is_told_so).only_root(),
    case!(one_that_may_execute_itself),
    case!(one_that_has_started_its_workers_before),
    case!(workers_of_before_die_as_others),
    case!(a_layer_of_the_thread_is_not_escaped),
    case!(a_layer_that_std_has_passed_on_is_not_escaped),
    case!(prestart_at_once_before_a_call),
    case!(nothing_stays_when_main_ends),
];

#[sandbox(isolate = process, read = "/usr")]
fn fresh() -> Result<(u32, Listed), Error> {
    Ok((std::process::id(), lists()))
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
fn reused() -> Result<(u32, Listed), Error> {
    Ok((std::process::id(), lists()))
}

/// Nothing can be executed any more.
fn restrict() -> Verdict {
    Command::new("/proc/self/exe").args(["--child", "none"]).stdout(Stdio::null()).status()?;
    let _ = Policy::new().read("/usr").restrict_process()?;
    let error = Command::new("/proc/self/exe").spawn().map(drop).expect_err("it is denied");
    assert_eq!(error.raw_os_error(), Some(libc::EACCES));
    Ok(())
}

fn one_that_may_not_execute_itself_is_told_what_to_do(_: &Scratch) -> Verdict {
    assert_eq!(fresh()?.1, INSIDE);
    restrict()?;
    for call in [fresh, reused] {
        let error = call().expect_err("it cannot be started");
        let user = "the sandbox was not applied: executing this program again: Permission denied (os error 13)";
        assert_eq!(error.to_string(), user);
        let text = format!("{error:#}");
        let words = [
            "`include = [presets::self_exe(), presets::shared_libs()]`",
            "landlock_runtime::prestart()",
            "Permission denied",
        ];
        assert!(words.iter().all(|words| text.contains(words)), "{text}");
    }
    Ok(())
}

fn one_that_does_as_it_is_told(_: &Scratch) -> Verdict {
    let _ = policy!(read = "/usr", include = [presets::self_exe(), presets::shared_libs()]).restrict_process()?;
    assert_eq!((fresh()?.1, reused()?.1), (INSIDE, INSIDE));
    Ok(())
}

fn one_without_proc_is_told_so(scratch: &Scratch) -> Verdict {
    assert_eq!(fresh()?.1, INSIDE);
    scratch.directory("root/usr")?;
    std::os::unix::fs::chroot(scratch.join("root"))?;
    let missing = "executing this program again: No such file or directory (os error 2): /proc, by which it finds itself, is missing";
    for error in [fresh().map(drop), reused().map(drop), prestart()] {
        let error = error.expect_err("it cannot be started");
        assert!(error.to_string().ends_with(missing), "{error}");
        assert!(format!("{error:#}").ends_with(": mount it"), "{error:#}");
    }
    Ok(())
}

fn one_that_may_execute_itself(_: &Scratch) -> Verdict {
    let _ = runs_itself().include(&presets::self_exe()).read("/usr").restrict_process()?;
    let (first, second) = (reused()?, reused()?);
    assert_eq!((fresh()?.1, first.1, first.0), (INSIDE, INSIDE, second.0));
    Ok(())
}

fn one_that_has_started_its_workers_before(_: &Scratch) -> Verdict {
    prestart()?;
    prestart()?;
    restrict()?;
    let (first, second) = (reused()?, reused()?);
    assert_eq!((first.1, first.0), (INSIDE, second.0));
    for _ in 0..20 {
        assert_eq!(fresh()?.1, INSIDE);
    }
    Ok(())
}

#[sandbox(isolate = process, timeout = "500 ms")]
fn ends(how: &str) -> Result<u32, Error> {
    eprintln!("{}", std::process::id());
    match how {
        "hang" => loop {
            thread::park();
        },
        "abort" => std::process::abort(),
        "exit" => std::process::exit(3),
        "panic" => panic!("own words"),
        _ => Ok(std::process::id()),
    }
}

#[sandbox(isolate = process(reuse, workers = 1), memory = "128 MiB")]
fn fills(bytes: usize) -> Result<usize, Error> {
    Ok(vec![1_u8; bytes].len())
}

fn workers_of_before_die_as_others(_: &Scratch) -> Verdict {
    prestart()?;
    restrict()?;
    let ProcessError::TimedOut { limit, last_words } = fate(ends("hang")) else { return Err("it hangs".into()) };
    assert_eq!(limit, Duration::from_millis(500));
    assert!(is_gone(last_words.parse()?));
    let ProcessError::Crashed { signal: libc::SIGABRT, last_words } = fate(ends("abort")) else {
        return Err("it aborts".into());
    };
    assert!(is_gone(last_words.parse()?));
    assert!(matches!(fate(ends("exit")), ProcessError::Exited { code: 3, .. }));
    assert!(matches!(fate(ends("panic")), ProcessError::Panicked { .. }));
    assert!(matches!(fate(fills(1 << 30)), ProcessError::OutOfMemory { .. }));
    assert_eq!(fills(1)?, 1, "the next call works");
    assert!(is_gone(ends("not")?));
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1), read = ["/usr", "/etc"])]
fn grants_both() -> Result<Listed, Error> {
    Ok(lists())
}

/// Workers of before have no layer of a thread, so they are not for a call from one.
fn a_layer_of_the_thread_is_not_escaped(_: &Scratch) -> Verdict {
    prestart()?;
    assert_eq!(grants_both()?, (None, None));
    assert_eq!(runs_itself().read("/usr").run(grants_both)??, INSIDE);
    assert_eq!(grants_both()?, (None, None));
    let error = Policy::new().read("/usr").run(grants_both)?.expect_err("it cannot be started");
    assert!(format!("{error:#}").contains("presets::self_exe()"), "{error:#}");
    Ok(())
}

fn a_layer_that_std_has_passed_on_is_not_escaped(_: &Scratch) -> Verdict {
    let by_std = || thread::scope(|scope| scope.spawn(grants_both).join().expect("no panic"));
    for starts_before in [false, true] {
        if starts_before {
            prestart()?;
        }
        for _ in 0..2 {
            assert_eq!(by_std()?, (None, None));
            assert_eq!(runs_itself().read("/usr").run(by_std)??, INSIDE, "executed from the very thread");
            let error = Policy::new().read("/usr").run(by_std)?.expect_err("it cannot be started");
            assert!(format!("{error:#}").contains("presets::self_exe()"), "{error:#}");
        }
        assert_eq!(grants_both()?, (None, None));
    }
    Ok(())
}

/// The first request may be on its way before the new process has read what it is to be.
fn prestart_at_once_before_a_call(_: &Scratch) -> Verdict {
    prestart()?;
    assert_eq!(fresh()?.1, INSIDE);
    Ok(())
}

fn nothing_stays_when_main_ends(_: &Scratch) -> Verdict {
    for kills in [false, true] {
        let mut program = programs::start("prestarts", &[])?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(program.stdout.take().ok_or("its output")?).read_line(&mut line)?;
        let pids = line.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        assert!(pids.len() == 2 && pids[1] != program.id(), "{line}");
        if kills {
            program.kill()?;
        }
        drop(program.stdin.take());
        assert_eq!(program.wait()?.success(), !kills);
        assert!(pids.iter().all(|pid| is_gone(*pid)), "{pids:?}");
    }
    Ok(())
}
