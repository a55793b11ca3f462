//! The parent's side of one trial: starts the child as one user, waits for it with a deadline, and judges it.

use crate::child::{self, FLAG};
use crate::scratch::RunDirectory;
use crate::{Case, notes};
use libtest_mimic::Failed;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fmt, fs, io};

/// Whom a child runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    Root,
    /// Root gives up everything for uid and gid 65534.
    Nobody,
    /// The user who runs the tests.
    Same,
}

const NOBODY: u32 = 65534;

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            User::Root => f.write_str("root"),
            User::Nobody => write!(f, "uid {NOBODY}"),
            User::Same => write!(f, "uid {}", rustix::process::getuid().as_raw()),
        }
    }
}

/// Runs a case in a child, in a directory of its own.
pub(crate) fn run(case: &Case, user: User, program: &Path, run: &RunDirectory, number: usize) -> Result<(), Failed> {
    let (directory, printed) = run.of_trial(number)?;
    let output = fs::File::create(&printed)?;
    let mut command = Command::new(program);
    command.args([FLAG, case.short_name()]).arg(&directory).current_dir(&directory);
    // Neither locales nor backtraces: both open files of their own.
    command.env("LC_ALL", "C").env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    if user == User::Nobody {
        // std also drops the supplementary groups, as root, when it sets a uid.
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut child = command.spawn().map_err(|error| format!("cannot start {program:?} as {user}: {error}"))?;
    let in_time = wait(&child, case.deadline);
    // Also what the child has left running.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let status = child.wait()?;
    let output = String::from_utf8_lossy(&fs::read(&printed)?).into_owned();
    fs::remove_dir_all(&directory).map_err(|error| format!("cannot remove {directory:?}: {error}"))?;
    let passed = in_time? && status.success() && output.lines().last() == Some(&child::marker(case));
    match case.fails_with {
        None if passed => {
            notes::keep(&format!("{} [{user}]", case.short_name()), &output);
            Ok(())
        }
        None => Err(format!("the child ended with {status}; it printed:\n{output}").into()),
        Some(words) if !passed && format!("{status}\n{output}").contains(words) => Ok(()),
        Some(words) => Err(format!("did not fail with {words:?} but with {status}; it printed:\n{output}").into()),
    }
}

/// Whether the child ends before the deadline.
fn wait(child: &Child, deadline: Duration) -> io::Result<bool> {
    let child = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let deadline = Timespec::try_from(deadline).map_err(io::Error::other)?;
    Ok(poll(&mut [PollFd::new(&child, PollFlags::IN)], Some(&deadline))? == 1)
}
