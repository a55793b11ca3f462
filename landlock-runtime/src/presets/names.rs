//! Turning names into addresses.

use crate::policy::{Policy, each, optional};

/// Turning names into addresses, with the resolvers of glibc and musl.
///
/// * `read`: `/etc/resolv.conf`, `/etc/hosts`, `/etc/nsswitch.conf`, `/etc/host.conf`, `/etc/gai.conf`, `/etc/services`,
///   wherever these links lead;
/// * `read`: the directories `/run/systemd/resolve`, `/run/resolvconf`, `/run/connman`, `/run/netconfig`, where
///   `systemd-resolved`, `resolvconf`, `connman` and openSUSE's `netconfig` keep the file that `/etc/resolv.conf` is a link
///   to. They replace it when the network changes, and hold nothing but the configuration of resolvers;
/// * `udp_connect` and `net_connect`: port 53, of any host.
///
/// A rule on a file is lost when the file is replaced. A long-lived program reads the new `/etc/resolv.conf` where it is a
/// link into one of these directories. Where it is a file of its own, and others replace it, grant `read = "/etc"` beside
/// the preset. Where it is a link to elsewhere, grant the directory of the file that `readlink -f /etc/resolv.conf` prints,
/// if all in it may be read: `/run/NetworkManager` also holds connections with their passwords, which root can read.
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
    // Whether the link leads there or not: it may be made later, and lead nowhere yet.
    const REPLACED: [&str; 4] = ["/run/systemd/resolve", "/run/resolvconf", "/run/connman", "/run/netconfig"];
    let policy = Policy::new().read(each(FILES.map(optional))).read(each(REPLACED.map(optional)));
    policy.udp_connect(53).net_connect(53)
}
