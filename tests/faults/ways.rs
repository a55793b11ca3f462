//! Every way to enforce. Each does it once, under the supervisor, with a body that looks at what it can do and says so.

use crate::said::{GRANTED, report};
use crate::supervisor::{armed, unseen};
use landlock_runtime::{Error, Policy, Require, ensure_dir, ensure_file, nofollow, optional, presets, sandbox};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::{env, io, thread};

/// What comes of a way: nothing, or what is said.
pub(crate) type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Way {
    pub(crate) run: fn() -> Done,
    /// Whether the thread that does it stays restricted.
    pub(crate) stays: bool,
    /// Whether the body runs in another program, which is not the path's any more.
    pub(crate) executes: bool,
    /// Whether the body runs in a process, which has to say that it did.
    pub(crate) replies: bool,
    /// Whether threads, processes or descriptors stay for later calls.
    pub(crate) keeps: bool,
    /// Whether a process stays also after an error: it was started before.
    pub(crate) keeps_launcher: bool,
    /// Whether the body runs where there is no Landlock.
    pub(crate) requires_none: bool,
}

impl Way {
    const fn new(run: fn() -> Done) -> Way {
        Way {
            run,
            stays: false,
            executes: false,
            replies: false,
            keeps: false,
            keeps_launcher: false,
            requires_none: false,
        }
    }
}

pub(crate) const RESTRICT_PROCESS: Way = Way { stays: true, ..Way::new(restrict_process) };
pub(crate) const RESTRICT_THREAD: Way = Way::new(restrict_thread);
pub(crate) const RUN: Way = Way::new(run);
pub(crate) const RUN_ALL_KEYS: Way = Way::new(run_all_keys);
pub(crate) const RUN_REQUIRE_NONE: Way = Way { requires_none: true, ..Way::new(run_require_none) };
pub(crate) const PREPARE: Way = Way::new(prepare);
pub(crate) const SPAWN: Way = Way { executes: true, ..Way::new(spawn) };
pub(crate) const APPLY_TO: Way = Way { executes: true, ..Way::new(apply_to) };
pub(crate) const POOL: Way = Way { keeps: true, ..Way::new(|| Ok(armed(pooled)?)) };
pub(crate) const PROCESS: Way = Way { replies: true, ..Way::new(|| Ok(armed(processed)?)) };
pub(crate) const PROCESS_WITH_LIMITS: Way = Way { replies: true, keeps: true, ..Way::new(|| Ok(armed(reused)?)) };
pub(crate) const LAUNCHER: Way = Way { replies: true, keeps: true, keeps_launcher: true, ..Way::new(launched) };

/// The first argument of the program that `spawn` and `apply_to` start.
pub(crate) const PROBE: &str = "--probe";

pub(crate) fn body() {
    unseen(|| report("ran"));
}

fn policy() -> Policy {
    Policy::new().read(GRANTED)
}

fn restrict_process() -> Done {
    let _enforcement = armed(|| policy().restrict_process())?;
    report("ran");
    Ok(())
}

fn restrict_thread() -> Done {
    let restricted = || {
        let restricted = armed(|| policy().restrict_thread());
        report(if restricted.is_ok() { "ran" } else { "after" });
        restricted.map(drop)
    };
    Ok(thread::spawn(restricted).join().map_err(|_| "the thread panicked")??)
}

fn run() -> Done {
    Ok(armed(|| policy().run(body))?)
}

/// The directory of the case, in which a policy makes what is missing.
pub(crate) static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();

fn run_all_keys() -> Done {
    let directory = DIRECTORY.get().map_or(Path::new("/"), PathBuf::as_path);
    let policy = policy().write(ensure_dir(directory.join("made"))).write(ensure_file(directory.join("file")));
    let policy = policy.exec(nofollow("/usr/bin/env")).read(optional(directory.join("missing"))).read_dir("/proc");
    let policy = policy.net_connect(443).net_bind(8000..=8002).udp_connect(53);
    Ok(armed(|| policy.run(body))?)
}

fn run_require_none() -> Done {
    Ok(armed(|| policy().require(Require::None).run(body))?)
}

fn prepare() -> Done {
    Ok(armed(|| policy().prepare()?.run(body))?)
}

/// The policy and the command of a program that probes.
fn program() -> io::Result<(Policy, Command)> {
    let policy =
        policy().include(&presets::self_exe()).exec(landlock_runtime::each(["/usr", "/lib", "/lib64"].map(optional)));
    let mut command = Command::new(env::current_exe()?);
    command.arg(PROBE);
    Ok((policy, command))
}

fn spawn() -> Done {
    let (policy, mut command) = program()?;
    ends_well(armed(|| policy.spawn(&mut command))?)
}

fn apply_to() -> Done {
    let (policy, mut command) = program()?;
    let started = || -> Result<Child, Box<dyn std::error::Error + Send + Sync>> {
        let _enforcement = policy.apply_to(&mut command)?;
        // The ruleset is open as long as the command lives.
        Ok(std::mem::replace(&mut command, Command::new("")).spawn()?)
    };
    ends_well(armed(started)?)
}

fn ends_well(mut child: Child) -> Done {
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("the program ended with {status}").into()) }
}

#[sandbox(isolate = pool(workers = 2), read = "/usr")]
fn pooled() -> Result<(), Error> {
    body();
    Ok(())
}

#[sandbox(isolate = process, read = "/usr")]
fn processed() -> Result<(), Error> {
    body();
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr", timeout = "3 s", memory = "512 MiB", stack = "4 MiB")]
fn reused() -> Result<(), Error> {
    body();
    Ok(())
}

fn launched() -> Done {
    armed(|| {
        landlock_runtime::prestart()?;
        processed()
    })?;
    Ok(())
}
