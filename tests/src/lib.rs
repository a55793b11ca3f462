//! The harness for tests that restrict their own process for good.
//!
//! A test target is a list of [`Case`]s and a `main` that hands them to [`main`]. The parent turns each case into one trial
//! per user and runs each in a child process: the same binary, started with `--child`. There the case runs on the main
//! thread of a process with no other. A case passes if its child says, at the end, that it got there; see [`Case`] for
//! what a case states about itself and [`Probes`] for the pairs of what is allowed and what is denied.

mod case;
mod child;
mod foreign;
mod kernel;
mod mounts;
mod notes;
mod operations;
mod parent;
mod probes;
mod scratch;
mod toolchain;
mod trial;
mod widen;

pub use case::{Case, Verdict};
pub use foreign::restrict_without_the_library;
pub use kernel::{abi, landlock};
pub use mounts::unshare_mounts;
pub use operations::{Operation, list, read, write};
pub use parent::main;
pub use probes::Probes;
pub use rustix::io::Errno;
pub use scratch::Scratch;
pub use toolchain::{outside_crate, toolchain_has};
pub use widen::widen_every_open_ruleset;
