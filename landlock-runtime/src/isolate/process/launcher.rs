//! A child that was started before the program was restricted, and starts workers for it from then on: what the program may
//! no longer execute, the launcher still may. It reads nothing but requests of its parent, and ends with it.

use super::channel::{Blocking, Channel, Stop};
use super::child::{self, Started};
use super::message::{Failure, Message, Reader};
use super::start::{Nonce, Role, Start, executable};
use super::{image, unstartable};
use crate::error::Error;
use crate::site::Site;
use once_cell::sync::OnceCell;
use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

/// The launcher of this process, if there is one.
static LAUNCHER: OnceCell<Mutex<Launcher>> = OnceCell::new();

#[derive(Debug)]
struct Launcher {
    channel: Channel,
    /// Never waited for: it ends with this process.
    _child: Child,
}

/// A worker, as the launcher has started it.
pub(super) struct Launched {
    pub(super) pid: u32,
    pub(super) nonce: Nonce,
    pub(super) channel: OwnedFd,
    pub(super) stderr: OwnedFd,
}

/// Starts the launcher, unless there is one.
pub(super) fn prestart(site: Site) -> Result<(), Error> {
    let failed = |kind| Error::new(site, kind);
    image::can_be_found().map_err(|reason| failed(unstartable(reason)))?;
    let launched = LAUNCHER.get_or_try_init(launch).map(drop);
    launched.map_err(|source| failed(child::not_executed(source)))
}

fn launch() -> io::Result<Mutex<Launcher>> {
    let executable = executable()?;
    let Started { mut child, nonce, channel, .. } = child::start(Stdio::inherit())?;
    let mut channel = Channel::new(channel);
    let start = Start { nonce, executable, role: Role::Launcher };
    let told = start.write().map_err(io::Error::other);
    match told.and_then(|start| channel.send(&start, &mut Blocking).map_err(lost)) {
        Ok(()) => Ok(Mutex::new(Launcher { channel, _child: child })),
        Err(error) => {
            let _ = child::end(&mut child, true);
            Err(error)
        }
    }
}

/// A worker from the launcher; none where there is no launcher.
pub(super) fn start() -> Option<io::Result<Launched>> {
    ask(None, |reply| {
        let (pid, nonce) = reply.value()?;
        Ok(Launched { pid, nonce, channel: reply.descriptor()?, stderr: reply.descriptor()? })
    })
}

/// Has a worker of the launcher ended, and tells how it did.
pub(super) fn end(pid: u32, at_once: bool) -> io::Result<ExitStatus> {
    let ended = ask(Some((pid, at_once)), |reply| Ok(ExitStatus::from_raw(reply.value()?)));
    ended.unwrap_or_else(|| Err(io::Error::other("there is no launcher")))
}

type Request = Option<(u32, bool)>;

fn ask<T>(request: Request, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>) -> Option<io::Result<T>> {
    let mut launcher = LAUNCHER.get()?.lock().unwrap_or_else(PoisonError::into_inner);
    Some((|| {
        let message = Message::of(&request).map_err(io::Error::other)?;
        launcher.channel.send(&message, &mut Blocking).map_err(lost)?;
        let (bytes, descriptors) = launcher.channel.receive(&mut Blocking).map_err(lost)?;
        let mut reply = Reader::new(bytes, descriptors);
        match reply.value().map_err(io::Error::other)? {
            0 => read(&mut reply).map_err(io::Error::other),
            errno => Err(io::Error::from_raw_os_error(errno)),
        }
    })())
}

fn lost(stop: Stop) -> io::Error {
    match stop {
        Stop::Failed(error) => error,
        _ => io::Error::other("the process that starts workers is gone"),
    }
}

/// The launcher's own side.
pub(super) fn serve(mut channel: Channel) -> Result<(), Failure> {
    let mut children = HashMap::new();
    while let Ok((bytes, descriptors)) = channel.receive(&mut Blocking) {
        let request: Request = Reader::new(bytes, descriptors).value()?;
        let reply = match request {
            None => started(&mut children),
            Some((pid, at_once)) => match children.remove(&pid) {
                Some(mut child) => child::end(&mut child, at_once).and_then(|status| answer(&(0, status.into_raw()))),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        };
        let failed = |error: io::Error| answer(&error.raw_os_error().unwrap_or(libc::EIO));
        channel.send(&reply.or_else(failed)?, &mut Blocking).map_err(lost)?;
    }
    for child in children.values_mut() {
        let _ = child::end(child, true);
    }
    Ok(())
}

fn started(children: &mut HashMap<u32, Child>) -> io::Result<Message> {
    let Started { child, nonce, channel, stderr } = child::start(Stdio::piped())?;
    let pid = child.id();
    children.insert(pid, child);
    let mut reply = answer(&(0, (pid, nonce)))?;
    reply.descriptor(channel);
    if let Some(stderr) = stderr {
        reply.descriptor(stderr);
    }
    Ok(reply)
}

fn answer<T: serde::Serialize>(value: &T) -> io::Result<Message> {
    Message::of(value).map_err(io::Error::other)
}
