//! Tests that need a newer kernel: where it is not, they say so.

use crate::kernel::Kernel;
use crate::site::Site;
use std::io::Write as _;

/// Whether the kernel has this ABI or a later one. Where it has not, standard error says which test was skipped:
/// `SKIPPED: needs ABI 8, found 6 (src/lib.rs:12)`.
///
/// It says so on the process's own standard error, which the test harness does not keep to itself when a test passes. Under
/// [`abi`](super::abi) it is the emulated ABI that counts.
///
/// ```
/// use landlock_runtime::{Policy, testing};
/// use std::net::TcpListener;
///
/// if !testing::require_abi(4) {
///     return;
/// }
/// testing::assert_denied!(Policy::new(), TcpListener::bind("127.0.0.1:0"));
/// ```
#[must_use = "it only tells: the test goes on unless it returns"]
#[track_caller]
pub fn require_abi(least: u32) -> bool {
    let found = match Kernel::get().map(Kernel::abi) {
        Ok(abi) if abi >= least => return true,
        Ok(abi) => abi.to_string(),
        Err(reason) => format!("none: {reason}"),
    };
    let line = format!("SKIPPED: needs ABI {least}, found {found} ({})\n", Site::caller());
    // Not `eprint!`, which is what a harness captures. If it is closed, there is nobody to tell.
    let _ = std::io::stderr().write_all(line.as_bytes());
    false
}
