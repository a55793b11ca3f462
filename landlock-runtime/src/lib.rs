#![doc = include_str!("../README.md")]
// A policy is made and checked everywhere; what enforces it is only reached where there is a kernel for it.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]

mod enforcement;
mod error;
mod isolate;
mod kernel;
mod layers;
mod policy;
pub mod presets;
mod site;

#[cfg(doc)]
#[doc = include_str!("messages.md")]
pub mod messages {}

#[doc(hidden)]
pub mod __private;

pub use enforcement::Enforcement;
pub use error::{Error, ErrorKind, PlaceError, RequireError};
pub use kernel::{RuleError, Unavailable};
pub use layers::{Status, status};
#[cfg(unix)]
pub use policy::fd;
pub use policy::{
    Each, Feature, OnePath, PathRule, Paths, Policy, PolicyError, Ports, Require, Right, Rights, Threads, each,
    ensure_dir, ensure_file, expand, nofollow, optional,
};
pub use site::Site;

/// Restricts the whole program on `main`, or each call of any other function, to what the attribute grants.
///
#[doc = landlock_macros::__key_table!()]
///
#[doc = include_str!("reference.md")]
pub use landlock_macros::sandbox;

/// A [`Policy`] as an expression, midway in a program or in a function that exports one: the grammar, the keys and the errors
/// of [`sandbox`], but for `isolate`, `stack` and `on_error`, which say where a policy is enforced.
///
/// ```
/// use landlock_runtime::policy;
///
/// let dir = std::env::temp_dir();
/// let policy = policy!(read = "/etc", read_write = dir, net_connect = 443);
/// let readable = policy.run(|| std::fs::read_dir("/usr").is_ok())?;
/// assert!(!readable);
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
pub use landlock_macros::policy;
