//! Whole programs that cases start: this executable, with another `main`, so that every user who runs a case can run it.

use crate::set_user_id;
use crate::support::{INSIDE, Listed, lists};
use landlock_runtime::{Policy, prestart, sandbox};
use landlock_tests::Verdict;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::process::{Command, ExitCode};

/// The first argument; the name of the program and its own arguments follow.
pub(crate) const FLAG: &str = "--program";

/// With this variable, a child that is the program once more says so, and does not run all the cases.
pub(crate) const NO_MAIN: &str = "LANDLOCK_TESTS_NO_MAIN";

pub(crate) fn ran_again() -> ExitCode {
    println!("main ran again");
    ExitCode::FAILURE
}

/// Such a program, not yet started.
pub(crate) fn start(name: &str, arguments: &[&OsStr]) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args([FLAG, name]).args(arguments);
    Ok(command)
}

pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let (name, argument) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let ran = match name.as_str() {
        "talks" => talks(),
        "marks" => marks(&argument),
        "prestarts" => prestarts(),
        "again" => again(),
        "says" => says(),
        "calls" => set_user_id::calls(),
        _ => Err(format!("there is no program {name:?}").into()),
    };
    ran.map_or_else(
        |error| {
            println!("{error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

#[sandbox(isolate = process)]
fn says_fresh() {
    println!("fresh: out");
    eprintln!("fresh: err");
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn says_reused() {
    println!("reused: out");
    eprintln!("reused: err");
}

fn talks() -> Verdict {
    says_fresh();
    says_reused();
    says_reused();
    println!("main: out");
    eprintln!("main: err");
    Ok(())
}

#[sandbox(isolate = process, read = "/usr")]
fn fresh() -> (u32, Listed) {
    (std::process::id(), lists())
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
fn reused() -> (u32, Listed) {
    (std::process::id(), lists())
}

fn marks(marker: &str) -> Verdict {
    OpenOptions::new().create(true).append(true).open(marker)?.write_all(b"main\n")?;
    let calls = [fresh(), reused(), fresh(), reused(), fresh(), reused()];
    assert!(calls.iter().all(|(pid, listed)| *listed == INSIDE && *pid != std::process::id()));
    let processes: BTreeSet<_> = calls.iter().map(|(pid, _)| pid).collect();
    println!("{} calls in {} other processes", calls.len(), processes.len());
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
fn process_and_parent() -> (u32, i32) {
    let parent = rustix::process::getppid().expect("it has one");
    (std::process::id(), parent.as_raw_nonzero().get())
}

/// Tells its worker and whoever started it, and waits for its end.
fn prestarts() -> Verdict {
    prestart()?;
    let _ = Policy::new().read("/usr").restrict_process()?;
    let (worker, launcher) = process_and_parent();
    println!("{worker} {launcher}");
    io::stdout().flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Executes itself as a worker would be executed, with its own standard input and environment; tells how that ended.
fn again() -> Verdict {
    let ran = Command::new("/proc/self/exe").args([FLAG, "says"]).stdin(std::process::Stdio::inherit()).output()?;
    println!("{:?} {}{}", ran.status.code(), String::from_utf8(ran.stdout)?, String::from_utf8(ran.stderr)?);
    Ok(())
}

fn says() -> Verdict {
    println!("main ran");
    Ok(())
}
