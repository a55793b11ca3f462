//! The system call that no library offers.
#![allow(unsafe_code)]

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
