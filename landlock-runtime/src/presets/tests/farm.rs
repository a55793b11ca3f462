//! A tree of files and links in a temporary directory, and what a policy grants of it.

use crate::policy::{Opening, Policy};
use crate::presets::root::Root;
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io};

pub(super) struct Farm(PathBuf);

impl Farm {
    pub(super) fn new() -> io::Result<Farm> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("landlock-runtime-farm-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = env::temp_dir().join(name);
        fs::create_dir(&directory)?;
        Ok(Farm(directory))
    }

    /// One line each: `/file`, `/directory/`, `/link -> target`. Links come before what is reached through them.
    pub(super) fn plant(self, lines: &str) -> io::Result<Farm> {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some((link, target)) = line.split_once(" -> ") {
                symlink(target, self.place(link)?)?;
            } else if let Some(directory) = line.strip_suffix('/') {
                fs::create_dir_all(self.place(directory)?)?;
            } else {
                fs::write(self.place(line)?, "")?;
            }
        }
        Ok(self)
    }

    #[cfg_attr(not(feature = "elf"), allow(dead_code))]
    pub(super) fn write(self, path: &str, bytes: impl AsRef<[u8]>) -> io::Result<Farm> {
        fs::write(self.place(path)?, bytes)?;
        Ok(self)
    }

    pub(super) fn root(&self) -> Root<'_> {
        Root::new(&self.0)
    }

    /// What exists of what is granted, by the key and the file that it leads to.
    pub(super) fn granted(&self, policy: &Policy) -> BTreeSet<String> {
        let grants = policy.terms.paths.iter().filter(|grant| !matches!(grant.opening, Opening::Nothing));
        let paths = grants.filter_map(|grant| {
            let path = self.root().resolve(grant.path())?;
            Some(format!("{} {}", grant.key, path.display()))
        });
        paths.collect()
    }

    /// Holds that exactly this is granted, one line each.
    #[track_caller]
    pub(super) fn grants(&self, policy: &Policy, expected: &str) {
        let expected = expected.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        assert_eq!(self.granted(policy), expected.collect());
    }

    fn place(&self, path: &str) -> io::Result<PathBuf> {
        let path = Path::new(path);
        let parent = path.parent().unwrap_or(Path::new("/"));
        if self.root().resolve(parent).is_none() {
            fs::create_dir_all(self.0.join(parent.strip_prefix("/").unwrap_or(parent)))?;
        }
        let parent = self.root().real(parent).ok_or(io::ErrorKind::NotFound)?;
        Ok(parent.join(path.file_name().unwrap_or_default()))
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A cache as `ldconfig` writes it, of names and paths.
pub(super) fn ld_so_cache(libraries: &[(&str, &str)]) -> Vec<u8> {
    let mut strings = Vec::new();
    let mut entries = Vec::new();
    let start = 48 + 24 * libraries.len();
    for (name, path) in libraries {
        let mut add = |text: &str| {
            let at = u32::try_from(start + strings.len()).expect("a small cache");
            strings.extend_from_slice(text.as_bytes());
            strings.push(0);
            at.to_ne_bytes()
        };
        let (name, path) = (add(name), add(path));
        entries.extend([&0x0303_u32.to_ne_bytes()[..], &name, &path, &[0; 12]].concat());
    }
    let number = |number: usize| u32::try_from(number).expect("a small cache").to_ne_bytes();
    let header = [b"glibc-ld.so.cache1.1", &number(libraries.len())[..], &number(strings.len()), &[0; 20]].concat();
    [header, entries, strings].concat()
}
