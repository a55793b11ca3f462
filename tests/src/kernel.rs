//! What the harness knows of the kernel: the ABI, 0 without Landlock.

use landlock_runtime::{ErrorKind, Policy, Require, Unavailable};

/// The ABI of the running kernel, as the runtime reports it when it refuses to restrict; 0 without Landlock.
#[must_use]
pub fn abi() -> u32 {
    landlock().unwrap_or(0)
}

/// The same, with the reason why there is none.
///
/// # Errors
///
/// This kernel has no Landlock, or does not let this process use it.
pub fn landlock() -> Result<u32, Unavailable> {
    let refusal = Policy::new().require(Require::Abi(u32::MAX)).run(|| ());
    match refusal.as_ref().map_err(landlock_runtime::Error::kind) {
        Err(ErrorKind::Required(required)) => required.abi,
        _ => panic!("no kernel has ABI {}: {refusal:?}", u32::MAX),
    }
}
