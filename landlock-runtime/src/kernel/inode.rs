//! What the kernel compares when it looks for the rules on a file: not the path, but the file itself and each directory above
//! it, on the way that the path has led to it.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// A file or a directory, by whatever path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inode {
    device: u64,
    number: u64,
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

/// A file or a directory where it stands in the tree.
pub(crate) struct Located {
    pub(crate) is_directory: bool,
    /// The object, and what is above it up to `/`. Where something is mounted, what is mounted.
    way_up: Vec<Inode>,
}

impl Located {
    /// Whether a rule on this file or directory holds for the object.
    #[inline]
    pub(crate) fn is_under(&self, rule: Inode) -> bool {
        self.way_up.contains(&rule)
    }
}

/// Finds what a path leads to, through links. A file with several names is above all where this one leads.
#[inline]
pub(crate) fn locate(path: &Path) -> io::Result<Located> {
    let object = fs::metadata(path)?;
    let resolved = path.canonicalize()?;
    let way_up = resolved.ancestors().map(|above| fs::symlink_metadata(above).map(|metadata| Inode::from(&metadata)));
    let way_up = way_up.collect::<io::Result<Vec<_>>>()?;
    // Some links in /proc lead where no path does; and any tree can change meanwhile.
    if way_up.first() != Some(&Inode::from(&object)) {
        return Err(io::Error::other("no path leads to it that stays the same"));
    }
    Ok(Located { is_directory: object.is_dir(), way_up })
}
