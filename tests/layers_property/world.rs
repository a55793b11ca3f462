//! A directory with names in it that come to mean other things: made, removed, swapped, moved, linked, mounted on, or seen from
//! another root.

use crate::namespace::Namespace;
use crate::operations::{NAMES, Operations};
use crate::policies::pick;
use fastrand::Rng;
use rustix::fs::{CWD, Mode, OFlags, RenameFlags, open, renameat_with};
use rustix::mount::{UnmountFlags, mount_bind, unmount};
use rustix::process::{chroot, fchdir};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

/// Whether roots and mounts can be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privileges {
    None,
    Root,
}

pub(crate) struct World {
    base: PathBuf,
    /// Every directory that was made here, while it is not too many.
    made: Vec<Arc<OwnedFd>>,
    mounts: Vec<PathBuf>,
    roots: Option<Roots>,
}

/// The root, and another one below which there are the same names.
struct Roots {
    first: OwnedFd,
    second: PathBuf,
    in_second: bool,
    namespace: Namespace,
}

const MOST_DIRECTORIES: usize = 12;

impl World {
    pub(crate) fn new(directory: &Path, privileges: Privileges) -> io::Result<World> {
        let mut world = World { base: directory.join("w"), made: Vec::new(), mounts: Vec::new(), roots: None };
        fs::create_dir(&world.base)?;
        for name in &NAMES[..3] {
            world.make(&world.base.join(name))?;
        }
        symlink("a", world.base.join("l"))?;
        if privileges == Privileges::Root {
            let second = directory.join("root");
            let base = second.join(world.base.strip_prefix("/").expect("it is absolute"));
            for name in &NAMES[..4] {
                world.make(&base.join(name))?;
            }
            let first = open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
            let namespace = Namespace::new(&world.base)?;
            world.roots = Some(Roots { first, second, in_second: false, namespace });
        }
        Ok(world)
    }

    /// A directory with a file, and with another directory that has one, too.
    fn make(&mut self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path.join("s"))?;
        fs::write(path.join("f"), "some bytes")?;
        fs::write(path.join("s/f"), "some bytes")?;
        if self.made.len() < MOST_DIRECTORIES {
            let made = open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
            self.made.push(Arc::new(made));
        }
        Ok(())
    }

    pub(crate) fn base(&self) -> &Path {
        &self.base
    }

    pub(crate) fn made(&self) -> &[Arc<OwnedFd>] {
        &self.made
    }

    pub(crate) fn operations(&self) -> Operations {
        Operations::new(&self.base, &self.made)
    }

    pub(crate) fn namespace(&self) -> Option<Namespace> {
        self.roots.as_ref().map(|roots| roots.namespace.clone())
    }

    /// One change; what it was. Many are impossible at the moment, and then nothing changes.
    pub(crate) fn change(&mut self, rng: &mut Rng) -> String {
        let was_in_second = self.go_to_second(false).expect("there is a way back");
        let (change, result) = self.change_here(rng);
        let is_in_second = was_in_second != (change == "the other root");
        self.go_to_second(is_in_second).expect("there is a way there");
        if let Err(error) = result { format!("{change} ({error})") } else { change }
    }

    fn change_here(&mut self, rng: &mut Rng) -> (String, io::Result<()>) {
        let [one, other] = [(); 2].map(|()| *pick(rng, &NAMES));
        let [from, to] = [one, other].map(|name| self.base.join(name));
        match rng.u8(..if self.roots.is_some() { 14 } else { 11 }) {
            0 | 1 => {
                let result = renameat_with(CWD, &from, CWD, &to, RenameFlags::EXCHANGE);
                (format!("exchange {one} and {other}"), result.map_err(io::Error::from))
            }
            2 => (format!("remove {one}"), remove(&from)),
            3 | 4 => (format!("make {one}"), fs::create_dir(&from).and_then(|()| self.make(&from))),
            5 => (format!("make the file {one}"), fs::File::create_new(&from).map(drop)),
            6 | 7 => {
                let old = fs::symlink_metadata(&from).is_ok_and(|found| found.is_symlink());
                let removed = if old { fs::remove_file(&from) } else { Ok(()) };
                (format!("link {one} to {other}"), removed.and_then(|()| symlink(other, &from)))
            }
            8 => {
                let result = renameat_with(CWD, &from, CWD, &to, RenameFlags::NOREPLACE);
                (format!("move {one} to {other}"), result.map_err(io::Error::from))
            }
            9 => (format!("remove {one}/f"), fs::remove_file(from.join("f"))),
            10 => (format!("make {one}/f"), fs::write(from.join("f"), "other bytes")),
            11 => ("the other root".to_owned(), Ok(())),
            12 => (format!("mount {one} on {other}"), self.mount(&from, &to)),
            _ => {
                let last = self.mounts.pop();
                let result = last.map_or(Ok(()), |last| unmount(last, UnmountFlags::DETACH).map_err(io::Error::from));
                ("unmount the last".to_owned(), result)
            }
        }
    }

    /// A link may lead elsewhere when it is to be unmounted.
    fn mount(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let to = fs::canonicalize(to)?;
        mount_bind(from, &to)?;
        self.mounts.push(to);
        Ok(())
    }

    /// Where every thread is from now on that shares its root; and where it was.
    fn go_to_second(&mut self, second: bool) -> io::Result<bool> {
        let Some(roots) = &mut self.roots else { return Ok(false) };
        let before = std::mem::replace(&mut roots.in_second, second);
        match (before, second) {
            (true, false) => {
                fchdir(&roots.first)?;
                chroot(".")?;
            }
            (false, true) => chroot(&roots.second)?,
            _ => {}
        }
        Ok(before)
    }

    /// As it was before, for the next world.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.go_to_second(false)?;
        while let Some(mount) = self.mounts.pop() {
            unmount(mount, UnmountFlags::DETACH)?;
        }
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}
