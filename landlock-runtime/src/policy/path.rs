//! What may stand where a policy takes paths: one path, a wrapped path, or `each` of an iterable.

use super::expand::Template;
use super::{Origin, Rights};
use std::borrow::Cow;
use std::ffi::{CStr, CString, NulError};
use std::path::{Component, Components, Path, PathBuf};
#[cfg(unix)]
use std::{ffi::OsStr, os::fd::OwnedFd, os::unix::ffi::OsStrExt as _, sync::Arc};

/// A path that a policy grants something on, with how it is to be opened.
///
/// Made from anything that is one path (`AsRef<Path>`), or by a wrapper: [`literal`](crate::literal),
/// [`optional`](crate::optional), [`expand`](crate::expand), [`ensure_dir`](crate::ensure_dir),
/// [`ensure_file`](crate::ensure_file), [`nofollow`](crate::nofollow), [`fd`](crate::fd). Wrappers combine:
/// `optional(nofollow(path))`.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// As the kernel takes it.
    pub(crate) text: Cow<'static, CStr>,
    pub(crate) opening: Opening,
    pub(crate) optional: bool,
    /// The path is a template, `~/…` or `$VAR/…`, until the policy is enforced.
    pub(crate) template: Option<&'static Template>,
    /// It was one.
    pub(crate) expanded: bool,
    /// What is granted on it, and the key that did: nothing, as long as it is in no policy.
    pub(crate) rights: Rights,
    pub(crate) key: &'static str,
    pub(crate) origin: Origin,
}

/// Which file it is: its device, and its number there.
pub(crate) type Identity = (u64, u64);

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
    /// By the path, through links, if it leads to this very file.
    #[cfg_attr(not(feature = "elf"), allow(dead_code, reason = "`presets::elf` makes them"))]
    Only(Box<Identity>),
    /// By the path, through links; for a child process, by the child, because there the path leads to what is its own.
    Own,
    /// Not at all: there was nothing to grant when the rule was made.
    #[cfg_attr(not(feature = "elf"), allow(dead_code, reason = "`presets::elf` makes them"))]
    Nothing,
    /// It is open already; or could not be had.
    #[cfg(unix)]
    Descriptor(Result<Arc<OwnedFd>, i32>),
    /// Not at all: there is a NUL in this path.
    Nul(Box<PathBuf>),
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
            Opening::Nul(_) => 5,
            Opening::Only(_) => 6,
            Opening::Nothing => 7,
            Opening::Own => 8,
        }
    }
}

impl PathRule {
    pub(super) const fn new(text: Cow<'static, CStr>) -> PathRule {
        let (opening, rights, origin) = (Opening::Follow, Rights::EMPTY, Origin::Written);
        PathRule { text, opening, optional: false, template: None, expanded: false, rights, key: "", origin }
    }

    pub(super) fn of(path: &Path) -> PathRule {
        match text_of(path) {
            Ok(text) => PathRule::new(text.into()),
            Err(_) => PathRule { opening: Opening::Nul(Box::new(path.to_owned())), ..PathRule::new(c"".into()) },
        }
    }

    /// A rule on the file that was seen at this path, and on no other that may stand there later.
    #[cfg(feature = "elf")]
    pub(crate) fn only(path: &Path, identity: Identity) -> PathRule {
        PathRule { opening: Opening::Only(Box::new(identity)), ..PathRule::of(path) }
    }

    /// No rule, but the path is listed as skipped: nothing was seen there.
    #[cfg(feature = "elf")]
    pub(crate) fn nothing(path: &Path) -> PathRule {
        PathRule { opening: Opening::Nothing, optional: true, ..PathRule::of(path) }
    }

    /// A rule on a path that the environment has chosen.
    pub(crate) fn chosen(path: &Path) -> PathRule {
        PathRule { template: Some(Template::ENVIRONMENT), expanded: true, ..PathRule::of(path) }
    }

    /// A rule on what this path means to the process that is restricted, whoever asks for it.
    pub(crate) fn own(path: &'static CStr) -> PathRule {
        PathRule { opening: Opening::Own, ..PathRule::new(path.into()) }
    }

    /// The path, as it was written.
    pub(crate) fn path(&self) -> &Path {
        match &self.opening {
            Opening::Nul(path) => path,
            _ => path_of(&self.text),
        }
    }

    /// The rule, come by in this way. What is open already stays so, and what makes its path follows no link anyway.
    pub(super) fn by(self, opening: Opening) -> PathRule {
        let settled = match &self.opening {
            Opening::Follow | Opening::NoFollow => false,
            Opening::EnsureDir | Opening::EnsureFile => matches!(opening, Opening::NoFollow),
            #[cfg(unix)]
            Opening::Descriptor(_) => true,
            Opening::Only(_) | Opening::Own | Opening::Nothing | Opening::Nul(_) => true,
        };
        if settled { self } else { PathRule { opening, ..self } }
    }

    /// Whether the same text names the same object whenever and wherever it is opened, as far as a text can.
    ///
    /// Relative paths depend on the working directory; `/proc` and `/dev/fd` on who asks, and when. A descriptor has no path:
    /// what names it here is not absolute.
    pub(crate) fn is_stable(&self) -> bool {
        let mut parts = self.path().components();
        let starts_at_root = self.path().is_absolute() && parts.next() == Some(Component::RootDir);
        starts_at_root && !moves(&mut parts) && parts.all(|part| part != Component::ParentDir)
    }

    /// Whether the path leads to what a process has, in `/proc` and `/dev`.
    #[inline]
    pub(super) fn is_of_this_process(&self) -> bool {
        let mut parts = self.path().components();
        parts.next() == Some(Component::RootDir) && moves(&mut parts)
    }
}

/// Whether what follows `/` is not the same for all processes.
fn moves(parts: &mut Components<'_>) -> bool {
    match parts.next().map(|part| part.as_os_str().as_encoded_bytes()) {
        Some(b"proc" | b"..") => true,
        Some(b"dev") => {
            let device = parts.clone().next().map(|part| part.as_os_str().as_encoded_bytes());
            matches!(device, Some(b"fd" | b"stdin" | b"stdout" | b"stderr"))
        }
        _ => false,
    }
}

#[cfg(unix)]
fn text_of(path: &Path) -> Result<CString, NulError> {
    CString::new(path.as_os_str().as_bytes())
}

#[cfg(unix)]
fn path_of(text: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(text.to_bytes()))
}

/// No kernel here takes it: it is only shown.
#[cfg(not(unix))]
fn text_of(path: &Path) -> Result<CString, NulError> {
    CString::new(path.to_string_lossy().as_bytes())
}

#[cfg(not(unix))]
fn path_of(text: &CStr) -> &Path {
    Path::new(text.to_str().unwrap_or_default())
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

/// One path: whatever is `AsRef<Path>`, or a wrapped path such as [`optional`](crate::optional).
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
        PathRule::of(self.as_ref())
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
