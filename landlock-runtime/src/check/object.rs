//! What a right may be about.

use crate::policy::{Feature, Right, Rights};
use std::fmt;
use std::path::{Path, PathBuf};

/// What [`Policy::check`](crate::Policy::check) is asked about: a path, a port, or what is outside. Paths and ports are
/// made into one: `policy.check("/etc", …)`, `policy.check(443, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Object {
    /// A file or a directory. A relative path starts at the working directory.
    Path(PathBuf),
    /// A port, whatever the host.
    Port(u16),
    /// Processes and abstract UNIX sockets outside the sandbox: for [`Right::Signal`] and [`Right::AbstractUnixSocket`].
    Outside,
}

const ON_PORTS: Rights = Feature::Tcp.rights().with(Feature::Udp.rights());
const OUTSIDE: Rights = Feature::Signal.rights().with(Feature::AbstractUnix.rights());

impl Object {
    /// Whether the right is about objects of this kind.
    #[inline]
    pub(super) fn takes(&self, right: Right) -> bool {
        let rights = match self {
            Object::Path(_) => Rights::ON_PATHS,
            Object::Port(_) => ON_PORTS,
            Object::Outside => OUTSIDE,
        };
        rights.contains(right)
    }
}

/// What to ask about instead.
pub(super) fn fit_for(right: Right) -> &'static str {
    if Rights::ON_PATHS.contains(right) {
        "a path"
    } else if ON_PORTS.contains(right) {
        "a port"
    } else {
        "`Object::Outside`"
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Path(path) => write!(f, "{path:?}"),
            Object::Port(port) => write!(f, "port {port}"),
            Object::Outside => f.write_str("what is outside"),
        }
    }
}

impl From<PathBuf> for Object {
    #[inline]
    fn from(path: PathBuf) -> Object {
        Object::Path(path)
    }
}

impl From<&PathBuf> for Object {
    #[inline]
    fn from(path: &PathBuf) -> Object {
        Object::Path(path.clone())
    }
}

impl From<&Path> for Object {
    #[inline]
    fn from(path: &Path) -> Object {
        Object::Path(path.to_owned())
    }
}

impl From<&str> for Object {
    #[inline]
    fn from(path: &str) -> Object {
        Object::Path(path.into())
    }
}

impl From<String> for Object {
    #[inline]
    fn from(path: String) -> Object {
        Object::Path(path.into())
    }
}

impl From<u16> for Object {
    #[inline]
    fn from(port: u16) -> Object {
        Object::Port(port)
    }
}
