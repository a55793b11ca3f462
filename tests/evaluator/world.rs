//! A tree at random: directories, files, programs and sockets; links within it and out of it, files with several names; and
//! directories and files mounted at a second place, where that is allowed.

use crate::paths::Paths;
use crate::program;
use fastrand::Rng;
use rustix::fs::{AtFlags, CWD, linkat};
use rustix::mount::mount_bind;
use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// The tree, and another one beside it that links lead to.
pub(crate) struct World {
    /// Directories on one mount, by their own names.
    pub(crate) plain: Vec<PathBuf>,
    /// Every path, through links and mounts, too.
    pub(crate) paths: Paths,
    /// A device that answers `ioctl` while the other end is open.
    pub(crate) terminal: PathBuf,
    _other_end: OwnedFd,
    _listeners: Vec<UnixListener>,
}

impl World {
    pub(crate) fn new(rng: &mut Rng, directory: &Path, mounts: bool) -> io::Result<World> {
        let roots = ["in", "out"].map(|name| directory.join(name));
        let mut plain = Vec::new();
        for root in &roots {
            fs::create_dir_all(root)?;
            plain.push(root.clone());
        }
        for number in 0..rng.usize(3..9) {
            let directory = pick(rng, &plain).join(format!("d{number}"));
            fs::create_dir(&directory)?;
            plain.push(directory);
        }
        let mut files = Vec::new();
        for number in 0..rng.usize(5..10) {
            let kind = ["f", "p"][rng.usize(..2)];
            let file = pick(rng, &plain).join(format!("{kind}{number}"));
            program::write(&file)?;
            files.push(file);
        }
        let listen = |number| UnixListener::bind(pick(rng, &plain).join(format!("s{number}")));
        let listeners = (0..2).map(listen).collect::<io::Result<_>>()?;
        for number in 0..rng.usize(1..5) {
            let file = pick(rng, &files).clone();
            let name = pick(rng, &plain).join(format!("{}h{number}", kind(&file)));
            linkat(CWD, &file, CWD, &name, AtFlags::empty())?;
            files.push(name);
        }
        let mut links: Vec<PathBuf> = Vec::new();
        for number in 0..rng.usize(1..6) {
            let target = match rng.u8(..4) {
                0 => pick(rng, &files).clone(),
                1 if !links.is_empty() => pick(rng, &links).clone(),
                _ => pick(rng, &plain).clone(),
            };
            let link = pick(rng, &plain).join(format!("{}l{number}", kind(&target)));
            symlink(target, &link)?;
            links.push(link);
        }
        for number in 0..if mounts { rng.usize(1..4) } else { 0 } {
            let place = pick(rng, &plain).join(format!("m{number}"));
            if rng.u8(..3) == 0 {
                let file = pick(rng, &files);
                let place = place.with_file_name(format!("{}m{number}", kind(file)));
                program::write(&place)?;
                mount_bind(file, &place)?;
            } else {
                fs::create_dir(&place)?;
                mount_bind(pick(rng, &plain), &place)?;
            }
        }
        let paths = Paths::below(rng, &roots)?;
        let (other_end, terminal) = terminal()?;
        Ok(World { plain, paths, terminal, _other_end: other_end, _listeners: listeners })
    }
}

fn terminal() -> io::Result<(OwnedFd, PathBuf)> {
    let other_end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    unlockpt(&other_end)?;
    let name = ptsname(&other_end, Vec::new())?.into_string().map_err(io::Error::other)?;
    Ok((other_end, name.into()))
}

/// `f` for a file that can be emptied, `p` for a program: so is every name of it called.
fn kind(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.chars().take(1).filter(|kind| "fp".contains(*kind)).collect()
}

pub(crate) fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.usize(..items.len())]
}
