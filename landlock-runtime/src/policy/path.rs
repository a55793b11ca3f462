//! What may stand where a policy takes paths: one path, a wrapped path, or `each` of an iterable.

use super::expand::Template;
use std::path::{Component, Path, PathBuf};
#[cfg(unix)]
use std::{
    os::fd::{AsFd, AsRawFd as _, OwnedFd},
    sync::Arc,
};

/// A path that a policy grants something on, with how it is to be opened.
///
/// Made from anything that is one path (`AsRef<Path>`), or by a wrapper: [`optional`], [`expand`], [`ensure_dir`],
/// [`ensure_file`], [`nofollow`], [`fd`]. Wrappers combine: `optional(nofollow(path))`.
#[derive(Clone, Debug)]
pub struct PathRule {
    pub(crate) path: PathBuf,
    pub(crate) opening: Opening,
    pub(crate) optional: bool,
    /// The path is a template, `~/…` or `$VAR/…`, until the policy is enforced.
    pub(crate) template: Option<Template>,
}

/// How the object of a rule is come by.
#[derive(Clone, Debug)]
pub(crate) enum Opening {
    /// By the path, through links.
    Follow,
    /// By the path, whose last component must not be a link.
    NoFollow,
    /// By the path; a directory is made there if nothing is.
    EnsureDir,
    /// By the path; a file is made there if nothing is.
    EnsureFile,
    /// It is open already; or could not be had.
    #[cfg(unix)]
    Descriptor(Result<Arc<OwnedFd>, i32>),
}

impl Opening {
    /// Tells the ways apart that a path alone does not.
    pub(crate) fn way(&self) -> u8 {
        match self {
            Opening::Follow => 0,
            Opening::NoFollow => 1,
            Opening::EnsureDir => 2,
            Opening::EnsureFile => 3,
            #[cfg(unix)]
            Opening::Descriptor(_) => 4,
        }
    }
}

impl PathRule {
    fn new(path: PathBuf) -> PathRule {
        PathRule { path, opening: Opening::Follow, optional: false, template: None }
    }

    /// The rule, come by in this way. What is open already stays so, and what makes its path follows no link anyway.
    fn by(self, opening: Opening) -> PathRule {
        let settled = match &self.opening {
            Opening::Follow | Opening::NoFollow => false,
            Opening::EnsureDir | Opening::EnsureFile => matches!(opening, Opening::NoFollow),
            #[cfg(unix)]
            Opening::Descriptor(_) => true,
        };
        if settled { self } else { PathRule { opening, ..self } }
    }

    /// Whether the same text names the same object whenever and wherever it is opened, as far as a text can.
    ///
    /// Relative paths depend on the working directory; `/proc` and `/dev/fd` on who asks, and when. A descriptor has no path:
    /// what names it here is not absolute.
    pub(crate) fn is_stable(&self) -> bool {
        let mut parts = self.path.components();
        let starts_at_root = self.path.is_absolute() && parts.next() == Some(Component::RootDir);
        let moves = match parts.next().map(|part| part.as_os_str().as_encoded_bytes()) {
            Some(b"proc" | b"..") => true,
            Some(b"dev") => {
                let device = parts.clone().next().map(|part| part.as_os_str().as_encoded_bytes());
                matches!(device, Some(b"fd" | b"stdin" | b"stdout" | b"stderr"))
            }
            _ => false,
        };
        starts_at_root && !moves && parts.all(|part| part != Component::ParentDir)
    }
}

/// Grants on this path if it exists; skips it if it does not (`ENOENT`, `ENOTDIR`). Any other failure stays an error.
///
/// ```
/// use landlock_runtime::{Policy, optional};
///
/// let policy = Policy::new().read("/usr/share").read(optional("/opt/share"));
/// ```
#[must_use]
pub fn optional(path: impl OnePath) -> PathRule {
    PathRule { optional: true, ..path.into_rule() }
}

/// A path that starts with `~/` or contains `$VAR` or `${VAR}`, which are replaced when the policy is enforced: what a
/// literal with these is in an attribute.
///
/// It trusts the environment: whoever sets the variable chooses what is granted. `~` is `$HOME`. An unset variable is an
/// error, under [`optional`] it skips the path; what comes out empty, relative, as `/` or with `..` is an error; and a
/// set-user-id program, whose environment is somebody else's, expands nothing.
///
/// ```
/// use landlock_runtime::{Policy, expand, optional};
///
/// let policy = Policy::new().read(expand("~/.config/app")).read(optional(expand("${XDG_DATA_HOME}/app")));
/// ```
#[must_use]
pub fn expand(template: &str) -> PathRule {
    PathRule { template: Some(Template::ENVIRONMENT), ..PathRule::new(PathBuf::from(template)) }
}

/// Grants on this directory, and makes it first if nothing is there: its last component only, for this user alone (mode
/// 0700). A link in that place is an error. The rule is on the very directory that was made or found.
///
/// ```
/// use landlock_runtime::{Policy, ensure_dir, expand};
///
/// let policy = Policy::new().read_write(ensure_dir(expand("~/.cache/app")));
/// ```
#[must_use]
pub fn ensure_dir(path: impl OnePath) -> PathRule {
    path.into_rule().by(Opening::EnsureDir)
}

/// Grants on this file, and makes it first, empty, if nothing is there: for this user alone (mode 0600). A link in that
/// place is an error. The rule is on the very file that was made or found.
///
/// ```
/// use landlock_runtime::{Policy, ensure_file};
///
/// let policy = Policy::new().write(ensure_file("/var/log/app.log"));
/// ```
#[must_use]
pub fn ensure_file(path: impl OnePath) -> PathRule {
    path.into_rule().by(Opening::EnsureFile)
}

/// Grants on this path, whose last component must not be a link.
///
/// ```
/// use landlock_runtime::{Policy, nofollow};
///
/// let policy = Policy::new().read(nofollow("/srv/upload"));
/// ```
#[must_use]
pub fn nofollow(path: impl OnePath) -> PathRule {
    path.into_rule().by(Opening::NoFollow)
}

/// Grants on what this descriptor is open on, wherever its path leads by now. The descriptor is duplicated.
///
/// ```
/// use landlock_runtime::{Policy, fd};
///
/// let directory = std::fs::File::open("/usr/share")?;
/// let policy = Policy::new().read(fd(&directory));
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(unix)]
#[must_use]
pub fn fd(descriptor: impl AsFd) -> PathRule {
    let descriptor = descriptor.as_fd();
    let duplicate = descriptor.try_clone_to_owned().map(Arc::new);
    let duplicate = duplicate.map_err(|error| error.raw_os_error().unwrap_or_default());
    let name = PathBuf::from(format!("fd {}", descriptor.as_raw_fd()));
    PathRule { opening: Opening::Descriptor(duplicate), ..PathRule::new(name) }
}

/// Each path, or each port, of an iterable: what `..expr` is in an attribute.
///
/// ```
/// use landlock_runtime::{Policy, each};
///
/// let roots = vec!["/usr/share", "/usr/lib"];
/// let policy = Policy::new().read(each(&roots)).net_connect(each([80, 443]));
/// ```
#[derive(Clone, Debug)]
pub struct Each<I>(pub(crate) I);

/// See [`Each`].
pub fn each<I: IntoIterator>(items: I) -> Each<I> {
    Each(items)
}

/// One path: whatever is `AsRef<Path>`, or a wrapped path such as [`optional`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one path",
    label = "expected one path: a `&str`, a `Path`, a `PathBuf`, …",
    note = "to grant every path of an iterable, spread it: `[..paths]` in an attribute, `each(paths)` in the builder"
)]
pub trait OnePath {
    #[doc(hidden)]
    fn into_rule(self) -> PathRule;
}

impl<P: AsRef<Path>> OnePath for P {
    fn into_rule(self) -> PathRule {
        PathRule::new(self.as_ref().to_owned())
    }
}

impl OnePath for PathRule {
    fn into_rule(self) -> PathRule {
        self
    }
}

impl OnePath for &PathRule {
    fn into_rule(self) -> PathRule {
        self.clone()
    }
}

/// What a key that takes paths accepts: one path, or [`each`] of an iterable.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one path",
    label = "expected one path: a `&str`, a `Path`, a `PathBuf`, …",
    note = "to grant every path of an iterable, spread it: `[..paths]` in an attribute, `each(paths)` in the builder"
)]
pub trait Paths {
    #[doc(hidden)]
    fn for_each(self, add: &mut dyn FnMut(PathRule));
}

#[diagnostic::do_not_recommend]
impl<P: OnePath> Paths for P {
    fn for_each(self, add: &mut dyn FnMut(PathRule)) {
        add(self.into_rule());
    }
}

impl<I> Paths for Each<I>
where
    I: IntoIterator,
    I::Item: OnePath,
{
    fn for_each(self, add: &mut dyn FnMut(PathRule)) {
        self.0.into_iter().for_each(|path| add(path.into_rule()));
    }
}
