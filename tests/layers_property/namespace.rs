//! A second view of the same names: another mount namespace, in which some stand for others.

use crate::operations::NAMES;
use rustix::fs::{Mode, OFlags, open};
use rustix::mount::mount_bind;
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::{io, thread};

#[derive(Clone)]
pub(crate) struct Namespace(Arc<OwnedFd>);

impl Namespace {
    /// In it, what is at the second name is what is at the first.
    pub(crate) fn new(base: &Path) -> io::Result<Namespace> {
        let view = || {
            unshare(UnshareFlags::NEWNS)?;
            mount_bind(base.join(NAMES[0]), base.join(NAMES[1]))?;
            Ok(open("/proc/thread-self/ns/mnt", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)
        };
        let made = thread::scope(|scope| scope.spawn(view).join()).expect("no panic");
        made.map(|descriptor| Namespace(Arc::new(descriptor)))
    }

    /// The calling thread, and those that it starts, from now on.
    pub(crate) fn enter(&self) -> io::Result<()> {
        unshare(UnshareFlags::FS)?;
        Ok(move_into_link_name_space(self.0.as_fd(), Some(LinkNameSpaceType::Mount))?)
    }
}

fn unshare(what: UnshareFlags) -> io::Result<()> {
    // SAFETY: descriptors stay shared; root, directory and mounts become this thread's own, and nothing holds on to those before.
    #[allow(unsafe_code)]
    Ok(unsafe { unshare_unsafe(what) }?)
}
