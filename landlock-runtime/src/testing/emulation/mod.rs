//! An older kernel for a thread and all that it starts: a seccomp filter (`seccomp`) hands the system calls of Landlock to a
//! thread that stays free (`listener`). What the older kernel would refuse (`older`) fails with its errno, the ABI is the older
//! one, and the rest goes on to the real kernel, which then does what the older one did.

#[cfg(target_os = "linux")]
mod listener;
#[cfg(target_os = "linux")]
mod older;
#[cfg(target_os = "linux")]
mod seccomp;
#[cfg(all(test, target_os = "linux"))]
mod tests;

#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(not(target_os = "linux"))]
use other as listener;

use crate::isolate::{STACK, builder, on_fresh_thread};
use std::io;

/// Runs `body` on a fresh thread that sees a kernel of this ABI, as do all threads and processes that it starts; 0 is a
/// kernel without Landlock.
///
/// So one machine tests what is left of a policy on every kernel up to its own: which rights are missing, what `require`
/// refuses, what the program does then. All other threads see the real kernel; so does what ran before and gets work from
/// `body`, such as a global pool or a worker process.
///
/// What the older kernel does not know is refused with the errno by which it is refused there; the rest is enforced by the real
/// kernel. Nothing but Landlock is older, and its bugs of that time are mended; below ABI 7 nobody can ask for errata, so the
/// signal scope of a single thread is left out.
///
/// It is for tests, and no boundary. It weakens no sandbox either: what a policy requires is enforced or refused as on such a
/// kernel. Where the caller has no privileges, `no_new_privs` is set for that thread. The process has other threads, so below
/// ABI 8 [`restrict_process`](crate::Policy::restrict_process) is an error in there: it belongs into [`run`](super::run), which
/// sees the older kernel, too.
///
/// ```
/// use landlock_runtime::{Feature, Policy, Right, status, testing};
///
/// let policy = Policy::new().read("/usr").net_connect(443);
/// let missing = || policy.run(|| status().layers().last().map(|enforcement| enforcement.missing()));
/// let missing = testing::abi(2, missing)??.expect("a layer");
/// assert!(missing.contains(Right::Truncate) && missing.contains(Feature::Tcp.rights()));
/// assert!(!missing.contains(Right::ReadFile));
///
/// let strict = policy.require(Feature::Tcp);
/// let error = testing::abi(2, || strict.run(|| ()))?.expect_err("ABI 2 has no rights on TCP");
/// assert!(error.to_string().contains("bind_tcp, connect_tcp (ABI 4, Linux 6.7)"), "{error}");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](io::ErrorKind::Unsupported), where the kernel itself is older; [`ResourceBusy`](io::ErrorKind::ResourceBusy) within
/// another emulation, as the kernel allows one; what the system says to a filter or a thread.
///
/// # Panics
///
/// If `body` does, with its payload.
pub fn abi<T: Send>(abi: u32, body: impl FnOnce() -> T + Send) -> io::Result<T> {
    on_fresh_thread(builder(STACK), || {
        listener::emulate(abi)?;
        Ok(body())
    })?
}
