//! The parent's hold on a child: started, waited for, ended. A child is a child of this process, or of the launcher.

use super::channel::{Stop, Wait};
use super::image;
use super::start::{Nonce, VARIABLE, in_hexadecimal};
use crate::error::ErrorKind;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What is left to a child whose channel is closed, before it is killed.
const GRACE: Duration = Duration::from_secs(1);
/// How much of what a child writes on standard error is kept for a message.
const LAST_WORDS: usize = 2048;
/// How often a child is listened to before something else is looked at: what a full pipe holds.
const AT_ONCE: usize = 256;

/// A child that has just been executed, with this side of its channel and of its standard error.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) child: Child,
    pub(super) nonce: Nonce,
    pub(super) channel: OwnedFd,
    pub(super) stderr: Option<OwnedFd>,
}

/// Executes this program again. The channel is its standard input; `stderr` is for what it says.
pub(super) fn start(stderr: Stdio) -> io::Result<Started> {
    let mut nonce = Nonce::default();
    rustix::rand::getrandom(&mut nonce, rustix::rand::GetRandomFlags::empty())?;
    let (channel, theirs) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    let mut command = Command::new(image::SELF);
    command.arg0(std::env::args_os().next().unwrap_or_default());
    command.env(VARIABLE, in_hexadecimal(nonce)).stdin(theirs).stderr(stderr);
    let mut child = command.spawn()?;
    let stderr = child.stderr.take().map(OwnedFd::from);
    Ok(Started { child, nonce, channel, stderr })
}

/// Why this program could not execute itself again.
pub(super) fn not_executed(source: io::Error) -> ErrorKind {
    let proc_missing = source.kind() == io::ErrorKind::NotFound && !Path::new(image::SELF).exists();
    ErrorKind::Again { source, proc_missing }
}

/// Waits for a child whose channel is closed, and kills it where it stays.
pub(super) fn end(child: &mut Child, at_once: bool) -> io::Result<ExitStatus> {
    let gone = !at_once && has_ended(child)?;
    if !gone {
        // All that it has started, too, unless that has left its group. If it has ended meanwhile, so be it.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
        let _ = child.kill();
    }
    child.wait()
}

/// Whether it ends in time. Where there is no waiting for that, it is looked at again and again.
fn has_ended(child: &mut Child) -> io::Result<bool> {
    const MOMENT: Duration = Duration::from_millis(1);
    let deadline = Instant::now() + GRACE;
    while child.try_wait()?.is_none() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        if wait(child, left).is_err() {
            thread::sleep(MOMENT);
        }
    }
    Ok(true)
}

fn wait(child: &Child, time: Duration) -> io::Result<()> {
    let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&time))?;
    Ok(())
}

/// Hears what a child says on standard error, while it is waited for: all of it goes to this process's own, and its end is
/// kept.
#[derive(Debug)]
pub(super) struct Ear {
    stderr: Option<OwnedFd>,
    words: Vec<u8>,
}

impl Ear {
    pub(super) fn new(stderr: Option<OwnedFd>) -> Ear {
        Ear { stderr, words: Vec::new() }
    }

    /// Before it is listened to for the first time.
    pub(super) fn never_waits(&self) -> io::Result<()> {
        self.stderr.as_ref().map_or(Ok(()), |stderr| Ok(rustix::fs::fcntl_setfl(stderr, OFlags::NONBLOCK)?))
    }

    /// Takes what is there now, and no more: a child may talk without end.
    pub(super) fn listen(&mut self) {
        let mut heard = [0; 4096];
        for _ in 0..AT_ONCE {
            let Some(stderr) = &self.stderr else { return };
            match rustix::io::read(stderr, &mut heard) {
                Ok(0) => self.stderr = None,
                Ok(read) => {
                    // If that is closed, there is nobody to tell.
                    let _ = io::stderr().write_all(&heard[..read]);
                    self.words.extend_from_slice(&heard[..read]);
                    let surplus = self.words.len().saturating_sub(LAST_WORDS);
                    self.words.drain(..surplus);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    /// A new call begins.
    pub(super) fn forget(&mut self) {
        self.words.clear();
    }

    /// The end of what was heard.
    pub(super) fn last_words(&mut self) -> String {
        self.listen();
        String::from_utf8_lossy(&self.words).trim_end().to_owned()
    }
}

/// Waits for the channel until a deadline, and hears the child meanwhile.
pub(super) struct Until<'e> {
    pub(super) ear: &'e mut Ear,
    pub(super) deadline: Option<Instant>,
}

impl Wait for Until<'_> {
    const POLLS: bool = true;

    fn until(&mut self, socket: BorrowedFd<'_>, ready: PollFlags) -> Result<(), Stop> {
        loop {
            let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(Stop::TimedOut);
            }
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            // The channel first: what a child says before its reply is there when the reply is.
            let mut waited = vec![PollFd::from_borrowed_fd(socket, ready)];
            waited
                .extend(self.ear.stderr.as_ref().map(|stderr| PollFd::from_borrowed_fd(stderr.as_fd(), PollFlags::IN)));
            match poll(&mut waited, left.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                Err(errno) => return Err(errno.into()),
                Ok(_) => {}
            }
            let is_ready = !waited[0].revents().is_empty();
            let speaks = waited.get(1).is_some_and(|stderr| !stderr.revents().is_empty());
            if speaks {
                self.ear.listen();
            }
            if is_ready {
                return Ok(());
            }
        }
    }
}
