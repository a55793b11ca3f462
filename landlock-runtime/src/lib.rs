#![doc = include_str!("../README.md")]
// A policy is made and checked everywhere; what enforces it is only reached where there is a kernel for it.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]
// What a plain `#[sandbox]` does not reach is `#[inline]`, down to what it calls: so it is compiled in the programs that call
// it, and not for all others too, where the linker would throw it away.

mod check;
mod enforcement;
mod error;
#[cfg(feature = "process")]
mod failure;
mod isolate;
mod kernel;
#[cfg(feature = "landlockconfig")]
mod landlockconfig;
mod layers;
mod plan;
mod policy;
pub mod presets;
mod rare;
mod site;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(doc)]
#[doc = include_str!("messages.md")]
pub mod messages {}

#[cfg(doc)]
#[doc = include_str!("what_runs_where.md")]
pub mod what_runs_where {}

#[doc(hidden)]
pub mod __private;

pub use check::{CheckError, Decision, Free, GrantedBy, Object};
pub use enforcement::Enforcement;
pub use error::{Error, ErrorKind, PlaceError, RequireError};
#[cfg(feature = "process")]
pub use failure::{BodyError, ProcessError};
#[cfg(feature = "process")]
pub use isolate::process::prestart;
pub use isolate::{Prepared, StartsProgram};
pub use kernel::{RuleError, Unavailable};
#[cfg(feature = "landlockconfig")]
pub use landlockconfig::{LandlockconfigError, LandlockconfigMistake};
pub use layers::{RedundantGrant, Status, Withheld, status};
#[cfg(unix)]
pub use policy::fd;
pub use policy::{
    Each, Feature, GrantOn, OnePath, PathRule, Paths, Policy, PolicyError, Ports, Require, Right, Rights, Threads,
    each, ensure_dir, ensure_file, expand, literal, nofollow, optional,
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

/// A [`Policy`] from a file of the [landlockconfig](https://github.com/landlock-lsm/landlockconfig) project, read and checked
/// when the program is compiled. Feature `landlockconfig`.
///
/// The path is relative to the directory of the package's `Cargo.toml`, and ends in `.toml` or `.json`. Mistakes in the file
/// are errors at the macro, each with its line and key. The program is compiled anew when the file changes; it does not read
/// the file when it runs. A crate that re-exports the macro passes its own path: `landlockconfig!("policy.toml", crate = its::path)`.
///
/// It expands to calls of the builder, and means what [`Policy::from_landlockconfig_toml`] says: all that Landlock knows is
/// denied unless the file grants it, also what the file leaves unhandled
/// ([`unhandled_by_landlockconfig`](Policy::unhandled_by_landlockconfig)), unless the program says `unrestricted`.
///
/// ```toml
#[doc = include_str!("landlockconfig/example.toml")]
/// ```
///
/// ```
/// use landlock_runtime::{landlockconfig, policy};
///
/// let policy = policy!(include = landlockconfig!("src/landlockconfig/example.toml"), read = "/etc");
/// let readable = policy.run(|| (std::fs::read_dir("/usr").is_ok(), std::fs::read_dir("/proc").is_ok()))?;
/// assert_eq!(readable, (true, false));
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[cfg(feature = "landlockconfig")]
pub use landlock_macros::landlockconfig;
