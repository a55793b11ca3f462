//! What the kernel knows and does. A policy and the rights to handle come in; what leaves is a ruleset that can be
//! enforced once. The only module that names the `landlock` crate, and the only one that makes system calls.

#[cfg(target_os = "linux")]
mod abi;
#[cfg(target_os = "linux")]
mod depth;
#[cfg(all(feature = "testing", target_os = "linux"))]
mod emulated;
#[cfg(target_os = "linux")]
mod inode;
#[cfg(target_os = "linux")]
mod objects;
#[cfg(target_os = "linux")]
mod open;
#[cfg(target_os = "linux")]
mod rules;
#[cfg(target_os = "linux")]
mod ruleset;
#[cfg(target_os = "linux")]
mod sys;
#[cfg(target_os = "linux")]
mod tasks;
#[cfg(target_os = "linux")]
mod threads;
#[cfg(target_os = "linux")]
mod way;

// Tests compile it on Linux, too: no machine need have another system's toolchain.
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", allow(dead_code, clippy::unnecessary_wraps, clippy::unused_self))]
mod other;
#[cfg(not(target_os = "linux"))]
use other as abi;
#[cfg(not(target_os = "linux"))]
use other as depth;
#[cfg(not(target_os = "linux"))]
use other as inode;
#[cfg(not(target_os = "linux"))]
use other as objects;
#[cfg(not(target_os = "linux"))]
use other as rules;
#[cfg(not(target_os = "linux"))]
use other as ruleset;
#[cfg(not(target_os = "linux"))]
use other as sys;
#[cfg(not(target_os = "linux"))]
use other as tasks;
#[cfg(not(target_os = "linux"))]
use other as threads;

mod report;

pub use report::{RuleError, Unavailable};

pub(crate) use abi::{Kernel, known_by, on_files, since};
pub(crate) use depth::depth;
#[cfg(all(feature = "testing", target_os = "linux"))]
pub(crate) use emulated::ask_anew_from_now_on;
pub(crate) use inode::{Holds, locate};
pub(crate) use objects::Objects;
#[cfg(target_os = "linux")]
pub(crate) use open::is_a_root;
pub(crate) use report::{Names, Needs, RestrictError, linux};
pub(crate) use rules::{allowances, may_be_above};
#[cfg(all(feature = "process", target_os = "linux"))]
pub(crate) use ruleset::OwnRule;
pub(crate) use ruleset::Ruleset;
pub(crate) use sys::no_new_privs;
#[cfg(all(feature = "testing", target_os = "linux"))]
pub(crate) use sys::set_no_new_privs;
pub(crate) use tasks::{Task, other_tasks, other_threads};
pub(crate) use threads::{MOMENTS, Running, is_alone, is_main_thread, is_main_thread_id, is_privileged_start, running};
