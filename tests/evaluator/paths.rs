//! Paths that lead through a tree, its links and mounts, sorted by what they lead to.

use crate::program;
use crate::world::pick;
use fastrand::Rng;
use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::PathBuf;

const MOST: usize = 300;
const DEEPEST: usize = 6;

#[derive(Default)]
pub(crate) struct Paths {
    pub(crate) directories: Vec<PathBuf>,
    /// Files that may be emptied.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) programs: Vec<PathBuf>,
    pub(crate) sockets: Vec<PathBuf>,
}

impl Paths {
    /// As many as there are, up to a depth: links can lead round in circles.
    pub(crate) fn below(rng: &mut Rng, roots: &[PathBuf]) -> io::Result<Paths> {
        let mut paths = Paths::default();
        let mut next: Vec<_> = roots.iter().map(|root| (root.clone(), 0)).collect();
        for _ in 0..MOST {
            if next.is_empty() {
                break;
            }
            let (path, depth) = next.swap_remove(rng.usize(..next.len()));
            let kind = fs::metadata(&path)?.file_type();
            if kind.is_socket() {
                paths.sockets.push(path);
            } else if kind.is_file() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if name.starts_with('p') { &mut paths.programs } else { &mut paths.files }.push(path);
            } else {
                if depth < DEEPEST {
                    let entries = fs::read_dir(&path)?.map(|entry| Ok((entry?.path(), depth + 1)));
                    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
                    // A seed means the same on every file system.
                    entries.sort();
                    next.extend(entries);
                    // What is above a link's target is not what is above the link.
                    next.push((path.join(".."), DEEPEST));
                }
                paths.directories.push(path);
            }
        }
        // A tree may have no program, or no socket in reach.
        let some = paths.directories[0].clone();
        for (kind, name) in [(&mut paths.files, "f"), (&mut paths.programs, "p")] {
            if kind.is_empty() {
                let path = some.join(name);
                program::write(&path)?;
                kind.push(path);
            }
        }
        Ok(paths)
    }

    /// Any of them, most often a directory.
    pub(crate) fn any(&self, rng: &mut Rng) -> &PathBuf {
        let kinds = [&self.directories; 7].into_iter().chain([&self.files, &self.programs, &self.sockets]);
        let kinds: Vec<_> = kinds.filter(|kind| !kind.is_empty()).collect();
        let kind = *pick(rng, &kinds);
        pick(rng, kind)
    }
}
