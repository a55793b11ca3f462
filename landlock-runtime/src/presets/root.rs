//! A tree of files to look at: the system's, or one that a test builds. Paths come in as the system names them and leave
//! without links, which are followed below the root of the tree: of an absolute one, `/` is that root.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// As many as the kernel follows for one path.
const MOST_LINKS: u32 = 40;

#[derive(Clone, Copy, Debug)]
pub(super) struct Root<'r>(&'r Path);

impl Root<'_> {
    #[cfg(test)]
    pub(super) fn new(root: &Path) -> Root<'_> {
        Root(root)
    }

    /// The tree that every program sees.
    #[inline]
    pub(super) fn system() -> Root<'static> {
        Root(Path::new("/"))
    }

    /// What a path leads to, if there is anything and this user can tell.
    pub(super) fn resolve(self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.follow(PathBuf::from("/"), path.as_ref(), &mut MOST_LINKS.clone())
    }

    /// Where to open a path.
    pub(super) fn real(self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.resolve(path).map(|resolved| self.host(&resolved))
    }

    /// The names in a directory, none if there is no such directory.
    #[cfg(feature = "elf")]
    pub(super) fn names(self, directory: impl AsRef<Path>) -> impl Iterator<Item = PathBuf> {
        let entries = self.real(directory).and_then(|directory| fs::read_dir(directory).ok());
        entries.into_iter().flatten().flatten().map(|entry| PathBuf::from(entry.file_name()))
    }

    /// Where the links in these directories lead that leave all of them: Landlock looks at the file, not at the link.
    /// Targets that this user cannot reach are of no use to it, and left out.
    #[inline]
    pub(super) fn targets_outside(self, directories: &[&str]) -> BTreeSet<PathBuf> {
        let granted: BTreeSet<PathBuf> = directories.iter().filter_map(|directory| self.resolve(directory)).collect();
        let mut outside = BTreeSet::new();
        for directory in &granted {
            let entries = fs::read_dir(self.host(directory)).into_iter().flatten().flatten();
            let links = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink()));
            outside.extend(links.filter_map(|link| self.entry(directory, &link.file_name())));
        }
        outside.retain(|target| !granted.iter().any(|directory| target.starts_with(directory)));
        outside
    }

    /// What a name leads to in a directory that has no links in its path.
    #[inline]
    pub(super) fn entry(self, directory: &Path, name: &OsStr) -> Option<PathBuf> {
        self.follow(directory.to_owned(), Path::new(name), &mut MOST_LINKS.clone())
    }

    #[inline]
    fn follow(self, mut at: PathBuf, path: &Path, links: &mut u32) -> Option<PathBuf> {
        for component in path.components() {
            match component {
                Component::RootDir | Component::Prefix(_) => at = PathBuf::from("/"),
                Component::CurDir => {}
                Component::ParentDir => {
                    at.pop();
                }
                Component::Normal(name) => {
                    let next = at.join(name);
                    if fs::symlink_metadata(self.host(&next)).ok()?.is_symlink() {
                        *links = links.checked_sub(1)?;
                        let target = fs::read_link(self.host(&next)).ok()?;
                        at = self.follow(at, &target, links)?;
                    } else {
                        at = next;
                    }
                }
            }
        }
        Some(at)
    }

    #[inline]
    fn host(self, resolved: &Path) -> PathBuf {
        self.0.join(resolved.strip_prefix("/").unwrap_or(resolved))
    }
}
