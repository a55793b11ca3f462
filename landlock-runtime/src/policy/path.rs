//! What may stand where a policy takes paths: one path, a wrapped path, or `each` of an iterable.

use std::path::{Component, Path, PathBuf};

/// A path that a policy grants something on, with how it is to be opened.
///
/// Made from anything that is one path (`AsRef<Path>`), or by [`optional`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    pub(crate) path: PathBuf,
    pub(crate) optional: bool,
}

impl PathRule {
    /// Whether the same text names the same object whenever and wherever it is opened, as far as a text can.
    ///
    /// Relative paths depend on the working directory; `/proc` and `/dev/fd` on who asks, and when.
    pub(crate) fn is_stable(&self) -> bool {
        let steady = |part: Component<'_>| !matches!(part, Component::ParentDir);
        self.path.is_absolute()
            && self.path.components().all(steady)
            && !["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"]
                .iter()
                .any(|moving| self.path.starts_with(moving))
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
        PathRule { path: self.as_ref().to_owned(), optional: false }
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
