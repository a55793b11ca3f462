//! The two system calls that no library offers as safe.
#![allow(unsafe_code)]

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// `truncate(2)`, which opens nothing.
pub(crate) fn truncate(path: &Path, size: u64) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let size = libc::off_t::try_from(size).map_err(io::Error::other)?;
    // SAFETY: `path` is a live NUL-terminated string.
    if unsafe { libc::truncate(path.as_ptr(), size) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// From here on, what the calling thread and those that it starts mount is theirs alone, and gone with them.
pub(crate) fn unshare_mounts() -> io::Result<()> {
    // SAFETY: the table of descriptors stays shared; of what this unshares, no descriptor is a part.
    unsafe { unshare_unsafe(UnshareFlags::NEWNS) }?;
    Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}
