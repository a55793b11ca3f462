#![doc = include_str!("../README.md")]
// A policy is made and checked everywhere; what enforces it is only reached where there is a kernel for it.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

mod enforcement;
mod error;
mod isolate;
mod kernel;
mod layers;
mod policy;
pub mod presets;
mod site;

#[doc(hidden)]
pub mod __private;

pub use enforcement::Enforcement;
pub use error::{Error, ErrorKind, PlaceError, RequireError};
pub use kernel::{RuleError, Unavailable};
pub use layers::{Status, status};
pub use policy::{
    Each, Feature, OnePath, PathRule, Paths, Policy, PolicyError, Ports, Require, Right, Rights, each, optional,
};
pub use site::Site;

/// Restricts the whole program on `main`, or one call on any other function, to what the attribute grants.
///
/// The arguments are `key = value`, with these keys:
///
#[doc = landlock_macros::__key_table!()]
pub use landlock_macros::sandbox;
