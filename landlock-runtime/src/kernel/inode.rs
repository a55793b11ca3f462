//! What the kernel compares when it looks for the rules on a file: not the path, but the file itself and each directory above
//! it, on the way that the path has led to it.

use super::way::{Place, climb, place};
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// A file or a directory, by whatever path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Inode {
    device: u64,
    pub(super) number: u64,
}

impl From<&Metadata> for Inode {
    #[inline]
    fn from(metadata: &Metadata) -> Inode {
        Inode { device: metadata.dev(), number: metadata.ino() }
    }
}

impl Inode {
    /// What a descriptor is open on, and whether that is a directory.
    #[inline]
    pub(super) fn of(descriptor: BorrowedFd<'_>) -> io::Result<(Inode, bool)> {
        let metadata = File::from(descriptor.try_clone_to_owned()?).metadata()?;
        Ok((Inode::from(&metadata), metadata.is_dir()))
    }
}

/// A directory where it is mounted: what is mounted twice has two parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) inode: Inode,
    pub(super) mount: Option<u64>,
}

/// A file or a directory where it stands in the tree.
pub(crate) struct Located {
    pub(crate) is_directory: bool,
    object: Inode,
    /// The directory, if it is one, and those above: up to the root of this process, or to where nothing is above.
    pub(super) above: Vec<Node>,
    /// Of a file the name, where other names may lead to what the kernel takes for another file.
    stands_as: Option<(Node, OsString)>,
}

/// Whether a rule holds for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Yes,
    No,
    /// It is on a file of the same number, by another name.
    Unknown,
}

impl Located {
    /// Whether a rule on this file or directory, by this path, holds for the object.
    #[inline]
    pub(crate) fn is_under(&self, rule: Inode, path: &Path) -> Holds {
        if self.above.iter().any(|node| node.inode == rule) {
            return Holds::Yes;
        }
        let is_this_name = |name| locate(path).is_ok_and(|rule| rule.stands_as.as_ref() == Some(name));
        match &self.stands_as {
            _ if self.is_directory || self.object != rule => Holds::No,
            Some(name) if !is_this_name(name) => Holds::Unknown,
            _ => Holds::Yes,
        }
    }
}

/// Finds what a path leads to, through links. A file with several names is above all where this one leads.
#[inline]
pub(crate) fn locate(path: &Path) -> io::Result<Located> {
    let Place { object, directory } = place(path)?;
    let metadata = File::from(object.try_clone()?).metadata()?;
    let (inode, is_directory) = (Inode::from(&metadata), metadata.is_dir());
    let Some((directory, name)) = directory.filter(|_| !is_directory) else {
        let above = climb(object, |_| false)?;
        return Ok(Located { is_directory, object: inode, above, stands_as: None });
    };
    let has_names = metadata.nlink() > 1 && !has_one_inode_for_a_number(object.as_fd())?;
    let above = climb(directory, |_| false)?;
    let stands_as = above.first().filter(|_| has_names).map(|node| (*node, name));
    Ok(Located { is_directory, object: inode, above, stands_as })
}

/// Whether all names of a file lead to the same inode in memory, on which rules are: not so on an overlay of directories in
/// which the file has two names, and nobody knows of file systems in user space.
pub(super) fn has_one_inode_for_a_number(object: BorrowedFd<'_>) -> io::Result<bool> {
    const BTRFS: u32 = 0x9123_683e;
    const EROFS: u32 = 0xe0f5_e1e2;
    const EXT: u32 = 0xef53;
    const F2FS: u32 = 0xf2f5_2010;
    const RAMFS: u32 = 0x8584_58f6;
    const SQUASHFS: u32 = 0x7371_7368;
    const TMPFS: u32 = 0x0102_1994;
    const XFS: u32 = 0x5846_5342;
    const ZFS: u32 = 0x2fc1_2fc1;
    let one = [BTRFS, EROFS, EXT, F2FS, RAMFS, SQUASHFS, TMPFS, XFS, ZFS];
    Ok(one.contains(&super::sys::file_system(object)?))
}
