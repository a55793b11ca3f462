//! What may stand around a path: how it is come by, and what is done where it is missing.

use super::expand::Template;
use super::path::{OnePath, Opening, PathRule};
use std::borrow::Cow;
use std::ffi::CStr;
use std::path::Path;
#[cfg(unix)]
use std::{
    os::fd::{AsFd, AsRawFd as _},
    sync::Arc,
};

/// A path that the program spells out: it is used where it stands, and not copied. It is what a literal in an attribute is.
///
/// ```
/// use landlock_runtime::{Policy, literal, optional};
///
/// let policy = Policy::new().read(literal(c"/etc")).read(optional(literal(c"/opt/share")));
/// assert_eq!(policy.to_string(), r#"#[sandbox(read = ["/etc", optional("/opt/share")])]"#);
/// ```
#[must_use]
pub const fn literal(path: &'static CStr) -> PathRule {
    PathRule::new(Cow::Borrowed(path))
}

/// Grants on this path if it exists; skips it if it does not (`ENOENT`, `ENOTDIR`). Any other failure stays an error, and so does a
/// missing directory above what [`ensure_dir`] or [`ensure_file`] is to make.
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
/// error, under [`optional`] it skips the path; what comes out empty, relative, as `/` or with `..` is an error, and so is
/// what leads to the root directory through a link, such as `/proc/self/root`; and a
/// set-user-id program, whose environment is somebody else's, expands nothing.
///
/// ```
/// use landlock_runtime::{Policy, expand, optional};
///
/// let policy = Policy::new().read(expand("~/.config/app")).read(optional(expand("${XDG_DATA_HOME}/app")));
/// ```
#[must_use]
pub fn expand(template: &str) -> PathRule {
    PathRule { template: Some(Template::ENVIRONMENT), ..PathRule::of(Path::new(template)) }
}

/// Grants on this directory, and makes it first if nothing is there: its last component only, for this user alone (mode
/// 0700). A link in that place is an error. The rule is on the very directory that was made or found. It stays where another
/// rule of the policy cannot be made.
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
    let name = format!("fd {}", descriptor.as_raw_fd());
    PathRule { opening: Opening::Descriptor(duplicate), ..PathRule::of(Path::new(&name)) }
}
