//! What a parent tells its child at the start: who it is, what to be, and how to be restricted. Written on one side, read and
//! checked on the other.

use super::limits::Limits;
use super::message::{Failure, Message, Reader};
use crate::kernel::OwnRule;
use crate::policy::{Log, Options};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;

/// What a child and its parent both know, and nobody else.
pub(super) type Nonce = [u8; 16];

/// The variable by which a child gets its nonce, in hexadecimal.
pub(super) const VARIABLE: &str = "LANDLOCK_RUNTIME_WORKER";

/// Which executable file a process runs: device and inode.
pub(super) type Executable = (u64, u64);

/// That of this process.
pub(super) fn executable() -> io::Result<Executable> {
    let file = std::fs::metadata(super::image::SELF)?;
    Ok((file.dev(), file.ino()))
}

/// Whether an execution of this program may have more rights than this process: it would be no child, but the program once
/// more, `main` and all.
pub(super) fn may_gain_rights() -> bool {
    const SET_ID: u32 = rustix::fs::Mode::SUID.union(rustix::fs::Mode::SGID).bits();
    let has_the_bit = || std::fs::metadata(super::image::SELF).is_ok_and(|file| file.mode() & SET_ID != 0);
    let has_capabilities =
        || rustix::fs::getxattr(super::image::SELF, "security.capability", &mut [0; 64]).is_ok_and(|length| length > 0);
    let ids_differ = rustix::process::getuid() != rustix::process::geteuid()
        || rustix::process::getgid() != rustix::process::getegid();
    ids_differ || crate::kernel::is_privileged_start() || has_the_bit() || has_capabilities()
}

/// What a child is to be.
#[derive(Debug)]
pub(super) enum Role {
    /// It runs bodies.
    Worker(Restriction),
    /// It starts workers for a parent that will no longer be able to.
    Launcher,
}

/// How a worker restricts itself before it reads the first argument.
#[derive(Debug)]
pub(super) struct Restriction {
    /// None where this kernel enforces nothing, and nothing is required.
    pub(super) ruleset: Option<OwnedFd>,
    /// What it adds to that: rules on what is its own.
    pub(super) own: Vec<OwnRule>,
    pub(super) options: Options,
    pub(super) limits: Limits,
    /// Whether there will be one call, so that it need not wait for another.
    pub(super) once: bool,
}

/// The first message.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) nonce: Nonce,
    pub(super) executable: Executable,
    pub(super) role: Role,
}

impl Start {
    pub(super) fn write(self) -> Result<Message, Failure> {
        let mut message = Message::of(&(self.nonce, self.executable))?;
        let worker = match self.role {
            Role::Launcher => None,
            Role::Worker(Restriction { ruleset, own, options, limits, once }) => {
                let restricted = ruleset.is_some();
                if let Some(ruleset) = ruleset {
                    message.descriptor(ruleset);
                }
                let Log { same_exec, new_exec, subdomains } = options.log;
                let log = (same_exec, new_exec, subdomains);
                let own: Vec<_> = own.into_iter().map(|OwnRule { path, rights }| (path, rights)).collect();
                Some((restricted, own, options.keep_privileges, log, limits.stack, limits.memory, once))
            }
        };
        message.value(&worker)?;
        Ok(message)
    }

    pub(super) fn read(message: &mut Reader<'_>) -> Result<Start, Failure> {
        type Worker = (bool, Vec<(Vec<u8>, u32)>, bool, (bool, bool, bool), Option<usize>, Option<u64>, bool);
        let (nonce, executable) = message.value()?;
        let worker: Option<Worker> = message.value()?;
        let Some((restricted, own, keep_privileges, (same_exec, new_exec, subdomains), stack, memory, once)) = worker
        else {
            return Ok(Start { nonce, executable, role: Role::Launcher });
        };
        let ruleset = if restricted { Some(message.descriptor()?) } else { None };
        let log = Log { same_exec, new_exec, subdomains };
        let options = Options { keep_privileges, log, ..Options::default() };
        let limits = Limits { stack, memory, timeout: None };
        let own = own.into_iter().map(|(path, rights)| OwnRule { path, rights }).collect();
        Ok(Start { nonce, executable, role: Role::Worker(Restriction { ruleset, own, options, limits, once }) })
    }
}

/// A nonce as its variable says it.
pub(super) fn in_hexadecimal(nonce: Nonce) -> String {
    format!("{:032x}", u128::from_be_bytes(nonce))
}
