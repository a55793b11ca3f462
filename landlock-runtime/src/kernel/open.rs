//! From a path rule to the open file that the kernel gets: by its path, made first, or open already.

use super::inode::Inode;
use super::report::Remedy;
use super::sys;
use crate::policy::{Identity, Opening, PathRule};
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::fs::{File, FileType};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// What is wrong with a rule, and what to do about it.
pub(super) type Failure = (io::Error, Remedy);

/// Opens what the rule is about, and makes it first where that is asked.
pub(super) fn open(rule: &PathRule) -> Result<Opened, Failure> {
    match rule.opening {
        Opening::Follow if !rule.expanded => sys::open_path(&rule.text, 0).map(Opened::Now).map_err(explain),
        _ => open_in_its_way(rule).and_then(|opened| judge(rule, opened)),
    }
}

#[cold]
fn open_in_its_way(rule: &PathRule) -> Result<Opened, Failure> {
    let path = name(rule)?;
    let made = match rule.opening {
        Opening::EnsureDir => exists_or(sys::create_dir(&path)).map(|_| None),
        Opening::EnsureFile => exists_or(sys::create_file(&path)),
        _ => Ok(None),
    };
    match made.map_err(explain_making)? {
        Some(file) => Ok(Opened::Now(file)),
        None => existing(rule, &path),
    }
}

/// Opens what the rule is about, and makes nothing; none where [`open`] would.
#[inline]
pub(super) fn find(rule: &PathRule) -> Result<Option<Opened>, Failure> {
    let found = existing(rule, &name(rule)?).and_then(|opened| judge(rule, opened));
    if !matches!(rule.opening, Opening::EnsureDir | Opening::EnsureFile) {
        return found.map(Some);
    }
    let parent = || rule.path().parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match found {
        Err((_, Remedy::Missing)) => match sys::open_path(&c_string(parent())?, libc::O_DIRECTORY) {
            Ok(_) => Ok(None),
            Err(error) => Err(explain_making(error)),
        },
        Err((error, Remedy::Unreachable)) => Err(explain_making(error)),
        found => found.map(Some),
    }
}

fn name(rule: &PathRule) -> Result<Cow<'_, CStr>, Failure> {
    match rule.opening {
        // To the kernel, `link/` is what the link leads to, and not the link.
        Opening::NoFollow | Opening::EnsureDir => Ok(c_string(&rule.path().components().collect::<PathBuf>())?.into()),
        _ => Ok(Cow::Borrowed(&rule.text)),
    }
}

/// The path as the kernel takes it.
fn c_string(path: &Path) -> Result<CString, Failure> {
    CString::new(path.as_os_str().as_bytes()).map_err(|error| (error.into(), Remedy::None))
}

fn existing(rule: &PathRule, path: &CStr) -> Result<Opened, Failure> {
    let unfollowed = || sys::open_path(path, libc::O_NOFOLLOW).map_err(explain);
    match &rule.opening {
        Opening::Follow | Opening::Own => sys::open_path(path, 0).map_err(explain),
        Opening::NoFollow => unfollowed().and_then(|fd| expect(fd, |kind| !kind.is_symlink(), Remedy::Link)),
        Opening::EnsureDir => unfollowed().and_then(|fd| expect(fd, |kind| kind.is_dir(), Remedy::NotADirectory)),
        Opening::EnsureFile => unfollowed().and_then(|fd| expect(fd, |kind| kind.is_file(), Remedy::NotARegularFile)),
        Opening::Only(identity) => sys::open_path(path, 0).map_err(explain).and_then(|fd| the_very(fd, **identity)),
        Opening::Nothing => Err((io::Error::from_raw_os_error(libc::ENOENT), Remedy::Missing)),
        Opening::Descriptor(Ok(fd)) => return Ok(Opened::Before(Arc::clone(fd))),
        Opening::Descriptor(Err(errno)) => Err((io::Error::from_raw_os_error(*errno), Remedy::None)),
        Opening::Nul(_) => Err((io::ErrorKind::InvalidInput.into(), Remedy::None)),
    }
    .map(Opened::Now)
}

/// Looks at what was opened, never at the path a second time.
fn expect(fd: OwnedFd, good: impl Fn(FileType) -> bool, remedy: Remedy) -> Result<OwnedFd, Failure> {
    let file = File::from(fd);
    let kind = file.metadata().map_err(explain)?.file_type();
    if good(kind) {
        return Ok(file.into());
    }
    let (errno, remedy) = if kind.is_symlink() { (libc::ELOOP, Remedy::Link) } else { (libc::EEXIST, remedy) };
    Err((io::Error::from_raw_os_error(errno), remedy))
}

/// What the environment has chosen must not be all there is, by whatever links it leads there.
fn judge(rule: &PathRule, opened: Opened) -> Result<Opened, Failure> {
    let template = rule.template.filter(|_| rule.expanded);
    match template.map_or(Ok(false), |template| (template.is_a_root)(opened.as_fd())) {
        Ok(false) => Ok(opened),
        Ok(true) => Err((io::ErrorKind::InvalidInput.into(), Remedy::Root)),
        Err(error) => Err((error, Remedy::None)),
    }
}

/// Whether it is the root directory, or has nothing above it, as the root of another namespace or the one that a `chroot`
/// has left.
#[inline]
pub(crate) fn is_a_root(opened: BorrowedFd<'_>) -> io::Result<bool> {
    let (object, is_directory) = Inode::of(opened)?;
    let is_object = |other: OwnedFd| Inode::of(other.as_fd()).map(|(other, _)| other == object);
    // Nobody can go through a directory to what is above it without the permission to search it.
    let above = || sys::open_path_at(opened, c"..", 0).and_then(is_object).unwrap_or(false);
    Ok(is_directory && (sys::open_path(c"/", 0).and_then(is_object)? || above()))
}

/// The same file as the policy has seen at this path.
fn the_very(fd: OwnedFd, identity: Identity) -> Result<OwnedFd, Failure> {
    let file = File::from(fd);
    let found = file.metadata().map_err(explain)?;
    if (found.dev(), found.ino()) == identity {
        Ok(file.into())
    } else {
        Err((io::Error::from_raw_os_error(libc::ESTALE), Remedy::Replaced))
    }
}

/// Nothing was made where something is already.
fn exists_or<T>(made: io::Result<T>) -> io::Result<Option<T>> {
    match made {
        Err(error) if error.raw_os_error() == Some(libc::EEXIST) => Ok(None),
        made => made.map(Some),
    }
}

fn explain(error: io::Error) -> Failure {
    let remedy = match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => Remedy::Missing,
        Some(libc::EACCES) => Remedy::Unreachable,
        _ => Remedy::None,
    };
    (error, remedy)
}

fn explain_making(error: io::Error) -> Failure {
    let remedy = match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => Remedy::ParentMissing,
        _ => Remedy::None,
    };
    (error, remedy)
}
