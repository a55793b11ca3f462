//! From a path rule to the open file that the kernel gets: by its path, made first, or open already.

use super::report::Remedy;
use super::sys;
use crate::policy::{Opening, PathRule};
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::fs::{File, FileType};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Paths shorter than this, which most are, need no memory of their own to be opened.
const SHORT: usize = 256;

/// What a rule is about.
pub(super) enum Opened {
    Now(OwnedFd),
    Before(Arc<OwnedFd>),
}

impl AsFd for Opened {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Opened::Now(fd) => fd.as_fd(),
            Opened::Before(fd) => fd.as_fd(),
        }
    }
}

/// Opens what the rule is about; what fails comes with what to do about it.
pub(super) fn open(rule: &PathRule) -> Result<Opened, (io::Error, Remedy)> {
    let path = match rule.opening {
        // To the kernel, `link/` is what the link leads to, and not the link.
        Opening::NoFollow | Opening::EnsureDir => &rule.path.components().collect::<PathBuf>(),
        _ => &rule.path,
    };
    let mut room = [0; SHORT];
    let path = match in_room(path, &mut room) {
        Some(path) => Cow::Borrowed(path),
        None => CString::new(path.as_os_str().as_bytes()).map_err(|error| (error.into(), Remedy::None))?.into(),
    };
    match &rule.opening {
        Opening::Follow => sys::open_path(&path, 0).map_err(explain),
        Opening::NoFollow => sys::open_path(&path, libc::O_NOFOLLOW)
            .map_err(explain)
            .and_then(|fd| expect(fd, |kind| !kind.is_symlink(), Remedy::Link)),
        Opening::EnsureDir => {
            exists_or(sys::create_dir(&path)).map_err(explain_making)?;
            sys::open_path(&path, libc::O_NOFOLLOW)
                .map_err(explain)
                .and_then(|fd| expect(fd, |kind| kind.is_dir(), Remedy::NotADirectory))
        }
        Opening::EnsureFile => match exists_or(sys::create_file(&path)).map_err(explain_making)? {
            Some(made) => Ok(made),
            None => sys::open_path(&path, libc::O_NOFOLLOW)
                .map_err(explain)
                .and_then(|fd| expect(fd, |kind| kind.is_file(), Remedy::NotARegularFile)),
        },
        Opening::Descriptor(Ok(fd)) => return Ok(Opened::Before(Arc::clone(fd))),
        Opening::Descriptor(Err(errno)) => Err((io::Error::from_raw_os_error(*errno), Remedy::None)),
    }
    .map(Opened::Now)
}

/// The path as the kernel takes it, where it has no NUL within and is short enough.
fn in_room<'r>(path: &Path, room: &'r mut [u8; SHORT]) -> Option<&'r CStr> {
    let path = path.as_os_str().as_bytes();
    room.get_mut(..path.len())?.copy_from_slice(path);
    CStr::from_bytes_with_nul(room.get(..=path.len())?).ok()
}

/// Looks at what was opened, never at the path a second time.
fn expect(fd: OwnedFd, good: impl Fn(FileType) -> bool, remedy: Remedy) -> Result<OwnedFd, (io::Error, Remedy)> {
    let file = File::from(fd);
    let kind = file.metadata().map_err(explain)?.file_type();
    let errno = if kind.is_symlink() { libc::ELOOP } else { libc::EEXIST };
    if good(kind) { Ok(file.into()) } else { Err((io::Error::from_raw_os_error(errno), remedy)) }
}

/// Nothing was made where something is already.
fn exists_or<T>(made: io::Result<T>) -> io::Result<Option<T>> {
    match made {
        Err(error) if error.raw_os_error() == Some(libc::EEXIST) => Ok(None),
        made => made.map(Some),
    }
}

fn explain(error: io::Error) -> (io::Error, Remedy) {
    let remedy = match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => Remedy::Missing,
        Some(libc::EACCES) => Remedy::Unreachable,
        _ => Remedy::None,
    };
    (error, remedy)
}

fn explain_making(error: io::Error) -> (io::Error, Remedy) {
    let remedy = match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => Remedy::ParentMissing,
        _ => Remedy::None,
    };
    (error, remedy)
}
