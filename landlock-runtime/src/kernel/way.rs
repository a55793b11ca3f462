//! The way of a path, as the kernel goes it: to what it leads to, and from there up to the root.

use super::inode::{Inode, Node};
use super::sys;
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path};

/// As many as the kernel follows for one path.
const MOST_LINKS: u32 = 40;
/// Deeper than any path of a file system.
const DEEPEST: usize = 1 << 16;

/// What a path has led to.
pub(super) struct Place {
    pub(super) object: OwnedFd,
    /// In which directory it stands, and by what name. None for one that was come to otherwise: the root, what is above, what
    /// a link in `/proc` leads to.
    pub(super) directory: Option<(OwnedFd, OsString)>,
}

impl Place {
    fn alone(object: OwnedFd) -> Place {
        Place { object, directory: None }
    }

    fn node(&self) -> io::Result<Node> {
        node(&self.object)
    }

    fn is_directory(&self) -> io::Result<bool> {
        Ok(Inode::of(self.object.as_fd())?.1)
    }
}

fn node(open: &OwnedFd) -> io::Result<Node> {
    let (inode, _) = Inode::of(open.as_fd())?;
    Ok(Node { inode, mount: sys::mount_of(open.as_fd()).map(|(mount, _)| mount) })
}

/// Where a path leads, through links. A file comes with the directory that it stands in.
#[inline]
pub(super) fn place(path: &Path) -> io::Result<Place> {
    let opened = Place::alone(sys::open_path(&c_string(path.as_os_str())?, 0)?);
    if opened.is_directory()? {
        return Ok(opened);
    }
    let mut place = walk(Place::alone(sys::open_path(c".", 0)?), path, &mut MOST_LINKS.clone())?;
    if place.directory.is_none() {
        place = by_its_name(&place.object)?;
    }
    if place.directory.is_some() && place.node()? == opened.node()? { Ok(place) } else { Err(nowhere()) }
}

/// What a link in `/proc` has led to, by the name that the kernel has for it.
fn by_its_name(object: &OwnedFd) -> io::Result<Place> {
    let link = c_string(OsStr::new(&format!("/proc/self/fd/{}", object.as_raw_fd())))?;
    let name = OsString::from_vec(sys::read_link(sys::open_path(&link, libc::O_NOFOLLOW)?.as_fd())?);
    let path = Path::new(&name);
    if !path.is_absolute() {
        return Err(nowhere());
    }
    walk(Place::alone(sys::open_path(c"/", 0)?), path, &mut 0)
}

/// Some links lead where no path does; and any tree can change meanwhile.
#[cold]
fn nowhere() -> io::Error {
    io::Error::other("no path leads to it that stays the same")
}

fn walk(from: Place, path: &Path, links: &mut u32) -> io::Result<Place> {
    let mut at = from;
    for component in path.components() {
        at = match component {
            Component::RootDir | Component::Prefix(_) => Place::alone(sys::open_path(c"/", 0)?),
            Component::CurDir => at,
            Component::ParentDir => Place::alone(sys::open_path_at(at.object.as_fd(), c"..", 0)?),
            Component::Normal(name) => step(at, name, links)?,
        };
    }
    Ok(at)
}

fn step(at: Place, name: &OsStr, links: &mut u32) -> io::Result<Place> {
    let (directory, text) = (at.object, c_string(name)?);
    let object = sys::open_path_at(directory.as_fd(), &text, libc::O_NOFOLLOW)?;
    if !File::from(object.try_clone()?).metadata()?.is_symlink() {
        return Ok(Place { object, directory: Some((directory, name.to_owned())) });
    }
    *links = links.checked_sub(1).ok_or_else(|| io::Error::from_raw_os_error(libc::ELOOP))?;
    if sys::file_system(object.as_fd())? == sys::PROC {
        if is_of_another_process(&directory)? {
            return Err(io::Error::other("a sandbox lets nobody follow the links of other processes in `/proc`"));
        }
        // Its text is not where it leads.
        return Ok(Place::alone(sys::open_path_at(directory.as_fd(), &text, 0)?));
    }
    let target = OsString::from_vec(sys::read_link(object.as_fd())?);
    walk(Place::alone(directory), Path::new(&target), links)
}

/// Whether a directory in `/proc` is that of a process, and not of this one: whoever is restricted may not trace those
/// outside, and by that following their links is allowed or denied.
fn is_of_another_process(directory: &OwnedFd) -> io::Result<bool> {
    const ROOT: u64 = 1;
    let (mut at, mut below) = (directory.try_clone()?, None);
    loop {
        if Inode::of(at.as_fd())?.0.number == ROOT {
            break;
        }
        let above = sys::open_path_at(at.as_fd(), c"..", 0)?;
        below = Some(std::mem::replace(&mut at, above));
    }
    let Some(process) = below.filter(|below| sys::open_path_at(below.as_fd(), c"task", 0).is_ok()) else {
        return Ok(false);
    };
    let this = sys::open_path_at(at.as_fd(), c"self", 0).and_then(|this| node(&this));
    Ok(this.ok() != Some(node(&process)?))
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// A directory and those above it, as far up as this process sees, or to one of which the end is known.
#[inline]
pub(super) fn climb(directory: OwnedFd, ends_at: impl Fn(&Node) -> bool) -> io::Result<Vec<Node>> {
    let (mut at, mut way) = (directory, Vec::new());
    while way.len() < DEEPEST {
        let here = node(&at)?;
        if way.last() == Some(&here) {
            return Ok(way);
        }
        way.push(here);
        if ends_at(&here) {
            return Ok(way);
        }
        at = sys::open_path_at(at.as_fd(), c"..", 0)?;
    }
    Err(nowhere())
}

/// The root directory of this process, and whether it is one of a mount; if not, it is surely not that of a namespace.
#[inline]
pub(super) fn root() -> io::Result<(Node, bool)> {
    let root = sys::open_path(c"/", 0)?;
    let is_mounted = sys::mount_of(root.as_fd()).is_none_or(|(_, is_mounted)| is_mounted);
    Ok((node(&root)?, is_mounted))
}
