//! A fork of the case. What comes in is what it does; what leaves is what it said, and how it ended.

use crate::raw;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, OFlags, fcntl_setfl};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, kill_process, pidfd_open, set_parent_process_death_signal,
    waitpid,
};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A hang is a failure.
pub(crate) const DEADLINE: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) pid: Pid,
    /// Ready when it has ended.
    pub(crate) process: OwnedFd,
    /// The number of the descriptor that it is the first to open.
    pub(crate) next: RawFd,
    output: File,
}

impl Child {
    /// Ends well when this comes back, and with 101 when it panics.
    pub(crate) fn start(path: impl FnOnce()) -> io::Result<Child> {
        let output = File::from(rustix::fs::memfd_create("said", MemfdFlags::CLOEXEC)?);
        // Else two processes that write at once may write to the same place: such a file has no lock for its position.
        fcntl_setfl(&output, OFlags::APPEND)?;
        let next = output.try_clone()?.as_raw_fd();
        let Some(pid) = raw::fork()? else { run(path, &output) };
        let process = pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Child { pid, process, next, output })
    }

    /// Whether it has said something, or is gone.
    pub(crate) fn is_ready(&self) -> io::Result<bool> {
        let is_gone = poll(&mut [PollFd::new(&self.process, PollFlags::IN)], Some(&Timespec::default()))? == 1;
        Ok(is_gone || self.output.metadata()?.len() > 0)
    }

    /// Waits until it has ended; or kills it, and there is no status.
    pub(crate) fn end(&self, deadline: Duration) -> io::Result<Option<WaitStatus>> {
        let deadline = Timespec::try_from(deadline).map_err(io::Error::other)?;
        let in_time = poll(&mut [PollFd::new(&self.process, PollFlags::IN)], Some(&deadline))? == 1;
        if !in_time {
            kill_process(self.pid, Signal::KILL)?;
        }
        let ended = waitpid(Some(self.pid), WaitOptions::empty())?;
        Ok(ended.map(|(_, status)| status).filter(|_| in_time))
    }

    /// What it printed, on standard output and error.
    pub(crate) fn said(mut self) -> io::Result<String> {
        let mut said = Vec::new();
        self.output.rewind()?;
        self.output.read_to_end(&mut said)?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

fn run(path: impl FnOnce(), output: &File) -> ! {
    let prepare = || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        rustix::stdio::dup2_stdout(output)?;
        rustix::stdio::dup2_stderr(output)
    };
    // The hook of a panic has said it.
    let came_back = catch_unwind(AssertUnwindSafe(|| {
        prepare().expect("the output of a child");
        path();
    }));
    raw::exit_now(if came_back.is_ok() { 0 } else { 101 })
}
