//! The file system of a machine: files of this system under their own names, links as links, and what is built here.

use crate::{Attempt, cpio};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

#[derive(Default)]
pub(crate) struct Image {
    entries: BTreeMap<PathBuf, Entry>,
}

enum Entry {
    Directory,
    Link(PathBuf),
    /// A copy of a file here, with its mode.
    File(PathBuf, u32),
    Text(String),
}

impl Image {
    /// What this path names here, with the directories and the links that lead to it; a directory with all beneath it.
    /// Nothing where it names nothing.
    pub(crate) fn host(&mut self, path: &Path) -> Attempt<()> {
        if !path.exists() {
            return Ok(());
        }
        let path = self.lead_to(path)?;
        if !path.is_dir() {
            let mode = path.metadata()?.permissions().mode();
            self.entries.insert(path.clone(), Entry::File(path, mode));
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            self.host(&entry?.path())?;
        }
        Ok(())
    }

    /// The same for a program, with what it needs.
    pub(crate) fn program(&mut self, path: &Path) -> Attempt<()> {
        self.host(path)?;
        self.needs_of(path)
    }

    /// The loader of a program, and the libraries that it says it would load.
    fn needs_of(&mut self, path: &Path) -> Attempt<()> {
        let needs = Command::new(path).env("LD_TRACE_LOADED_OBJECTS", "1").output();
        // A script or a static program needs none.
        for word in String::from_utf8_lossy(&needs.map(|needs| needs.stdout).unwrap_or_default()).split_whitespace() {
            if word.starts_with('/') {
                self.host(Path::new(word))?;
            }
        }
        Ok(())
    }

    /// A program of this system, if it has it.
    pub(crate) fn system_program(&mut self, name: &str) -> Attempt<()> {
        for directory in ["/usr/bin", "/bin", "/usr/sbin", "/sbin"] {
            let path = Path::new(directory).join(name);
            if path.exists() {
                self.program(&path)?;
            }
        }
        Ok(())
    }

    pub(crate) fn directory(&mut self, path: &Path) {
        for directory in path.ancestors().filter(|directory| directory.parent().is_some()) {
            self.entries.entry(directory.to_owned()).or_insert(Entry::Directory);
        }
    }

    /// A program under another name, with what it needs.
    pub(crate) fn program_as(&mut self, path: &Path, name: &str) -> Attempt<()> {
        self.entries.insert(PathBuf::from(name), Entry::File(path.to_owned(), 0o755));
        self.needs_of(path)
    }

    pub(crate) fn text(&mut self, path: &str, text: String) {
        self.entries.insert(PathBuf::from(path), Entry::Text(text));
    }

    /// Adds what leads to a path, and answers where it leads.
    pub(crate) fn lead_to(&mut self, path: &Path) -> Attempt<PathBuf> {
        let mut at = PathBuf::from("/");
        for component in path.components() {
            match component {
                Component::Normal(name) => at.push(name),
                Component::ParentDir => drop(at.pop()),
                _ => continue,
            }
            if at.is_symlink() {
                let target = fs::read_link(&at)?;
                self.entries.insert(at.clone(), Entry::Link(target.clone()));
                at.pop();
                at = self.lead_to(&at.join(target))?;
            } else if at.is_dir() {
                self.directory(&at);
            }
        }
        Ok(at)
    }

    /// Writes it as the kernel unpacks it.
    pub(crate) fn write(&self, archive: &mut impl Write) -> Attempt<()> {
        for (path, entry) in &self.entries {
            let wrong = |error| format!("{path:?}: {error}");
            match entry {
                Entry::Directory => cpio::entry(archive, path, cpio::DIRECTORY | 0o755, 0, &mut &[][..]),
                Entry::Link(target) => {
                    let target = target.as_os_str().as_encoded_bytes();
                    cpio::entry(archive, path, cpio::LINK | 0o777, target.len() as u64, &mut &*target)
                }
                Entry::Text(text) => {
                    cpio::entry(archive, path, cpio::FILE | 0o644, text.len() as u64, &mut text.as_bytes())
                }
                Entry::File(from, mode) => {
                    let mut file = fs::File::open(from).map_err(wrong)?;
                    let length = file.metadata()?.len();
                    cpio::entry(archive, path, cpio::FILE | mode & 0o777, length, &mut file)
                }
            }
            .map_err(wrong)?;
        }
        Ok(cpio::end(archive)?)
    }
}
