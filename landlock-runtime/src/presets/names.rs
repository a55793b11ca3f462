//! Turning names into addresses.

use crate::policy::{Policy, each, optional};

/// Turning names into addresses, with the resolvers of glibc and musl.
///
/// * `read`: `/etc/resolv.conf`, `/etc/hosts`, `/etc/nsswitch.conf`, `/etc/host.conf`, `/etc/gai.conf`, `/etc/services`,
///   wherever these links lead;
/// * `udp_connect` and `net_connect`: port 53, of any host.
///
/// Not the socket of a caching daemon (`nscd`, `systemd-resolved`), nor the libraries of further `nsswitch` modules: the
/// resolver goes on without them. glibc also connects UDP sockets to the addresses that it found, to put the best one first;
/// where UDP is restricted (ABI 10) it cannot, and the order is that of the answer. TCP is free below ABI 4, UDP below 10.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().net_connect(443).include(&presets::dns());
/// let (hosts, passwords) = policy.run(|| (std::fs::read("/etc/hosts"), std::fs::read("/etc/passwd")))?;
/// assert!(hosts.is_ok() && passwords.is_err());
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn dns() -> Policy {
    const FILES: [&str; 6] =
        ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services"];
    Policy::new().read(each(FILES.map(optional))).udp_connect(53).net_connect(53)
}
