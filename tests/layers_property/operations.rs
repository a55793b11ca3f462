//! What is tried: each right by itself, on what the paths lead to now, and on directories that were once made, wherever they stand.

use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::net::{AddressFamily, Ipv4Addr, SocketAddrV4, SocketType, bind, socket};
use std::fmt::Write as _;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Ports of which policies grant some.
pub(crate) const PORTS: [u16; 2] = [40_961, 40_962];

/// Names in the directory of a world: directories, a link, and what is missing at first.
pub(crate) const NAMES: [&str; 6] = ["a", "b", "c", "l", "m", "n"];

/// Everything that is tried at one moment.
#[derive(Clone)]
pub(crate) struct Operations {
    base: PathBuf,
    /// Directories, by descriptor.
    made: Vec<Arc<OwnedFd>>,
}

/// What succeeded, in the order of the operations.
pub(crate) type Allowed = Vec<bool>;

impl Operations {
    pub(crate) fn new(base: &Path, made: &[Arc<OwnedFd>]) -> Operations {
        Operations { base: base.to_owned(), made: made.to_vec() }
    }

    /// Tries all of them here.
    pub(crate) fn allowed(&self) -> Allowed {
        let mut allowed = Allowed::new();
        self.each(&mut |_, succeeded| allowed.push(succeeded));
        allowed
    }

    /// The names of those that only the first allows.
    pub(crate) fn only_in(&self, first: &Allowed, second: &Allowed) -> String {
        let (mut text, mut at) = (String::new(), 0);
        self.each(&mut |name, _| {
            if first[at] && !second[at] {
                let _ = write!(text, "\n    {name}");
            }
            at += 1;
        });
        text
    }

    fn each(&self, take: &mut dyn FnMut(&dyn std::fmt::Display, bool)) {
        for name in NAMES {
            let path = self.base.join(name);
            tries(CWD, &path, &path.display(), take);
            for below in ["f", "s", "s/f"] {
                let path = path.join(below);
                tries(CWD, &path, &path.display(), take);
            }
        }
        tries(CWD, &self.base, &self.base.display(), take);
        for (number, directory) in self.made.iter().enumerate() {
            for below in [".", "f", "s", "s/f"] {
                tries(directory.as_fd(), Path::new(below), &format_args!("{below} of directory {number}"), take);
            }
        }
        for port in PORTS {
            take(&format_args!("binding {port}"), binds(port));
        }
    }
}

/// Lists or reads it, and writes.
fn tries(
    at: BorrowedFd<'_>,
    path: &Path,
    name: &dyn std::fmt::Display,
    take: &mut dyn FnMut(&dyn std::fmt::Display, bool),
) {
    let opens = |flags| openat(at, path, flags | OFlags::CLOEXEC | OFlags::NONBLOCK, Mode::empty()).is_ok();
    take(&format_args!("listing or reading {name}"), opens(OFlags::RDONLY));
    take(&format_args!("writing {name}"), opens(OFlags::WRONLY));
}

/// Somebody else may have it: that is seen after what is asked here.
fn binds(port: u16) -> bool {
    let Ok(socket) = socket(AddressFamily::INET, SocketType::STREAM, None) else { return false };
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)) != Err(rustix::io::Errno::ACCESS)
}
