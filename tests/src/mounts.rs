//! A mount namespace of one's own, for cases that mount.
#![allow(unsafe_code)]

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::io;

/// From here on, what the calling thread and those that it starts mount is theirs alone, and gone with them.
///
/// # Errors
///
/// The system's: root may.
pub fn unshare_mounts() -> io::Result<()> {
    // SAFETY: the table of descriptors stays shared; of what this unshares, no descriptor is a part.
    unsafe { unshare_unsafe(UnshareFlags::NEWNS) }?;
    Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}
