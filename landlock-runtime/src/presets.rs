//! Ready policies to [`include`](crate::Policy::include): what common work needs besides a program's own files.
//!
//! Each says exactly what it grants. What is not there is skipped, and no environment variable is looked at. A rule binds
//! the file that a path leads to when the policy is enforced: a long-lived program whose `/etc/resolv.conf` is replaced
//! meanwhile keeps the old one, and wants `read = "/etc"` instead.

use crate::policy::{Policy, each, optional};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Turning names into addresses, with the resolvers of glibc and musl.
///
/// * `read`: `/etc/resolv.conf`, `/etc/hosts`, `/etc/nsswitch.conf`, `/etc/host.conf`, `/etc/gai.conf`, `/etc/services`,
///   wherever these links lead;
/// * `udp_connect` and `net_connect`: port 53, of any host.
///
/// Not the socket of a caching daemon (`nscd`, `systemd-resolved`), nor the libraries of further `nsswitch` modules: the
/// resolver goes on without them. glibc also connects UDP sockets to the addresses that it found, to put the best one first;
/// where UDP is restricted (ABI 10) it cannot, and the order is that of the answer.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().net_connect(443).include(&presets::dns());
/// ```
pub fn dns() -> Policy {
    const FILES: [&str; 6] =
        ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services"];
    Policy::new().read(each(FILES.map(optional))).udp_connect(53).net_connect(53)
}

/// Reading the certificate authorities that the system trusts.
///
/// * `read`: the directories `/etc/ssl/certs`, `/etc/pki/tls/certs`, `/etc/pki/ca-trust/extracted`,
///   `/etc/ca-certificates/extracted`, `/usr/share/ca-certificates`, `/usr/local/share/ca-certificates`, `/usr/share/pki`,
///   `/var/lib/ca-certificates`, and every file elsewhere that a link in one of them leads to;
/// * `read`: the files `/etc/ssl/cert.pem`, `/etc/ssl/ca-bundle.pem`, `/etc/pki/tls/cert.pem`, `/etc/ssl/openssl.cnf`,
///   `/etc/pki/tls/openssl.cnf`.
///
/// Not `/etc/ssl/private` and its like: no private key is granted unless a link among the certificates leads to one.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().net_connect(443).include(&presets::tls_roots());
/// ```
pub fn tls_roots() -> Policy {
    const DIRECTORIES: [&str; 8] = [
        "/etc/ssl/certs",
        "/etc/pki/tls/certs",
        "/etc/pki/ca-trust/extracted",
        "/etc/ca-certificates/extracted",
        "/usr/share/ca-certificates",
        "/usr/local/share/ca-certificates",
        "/usr/share/pki",
        "/var/lib/ca-certificates",
    ];
    const FILES: [&str; 5] = [
        "/etc/ssl/cert.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cert.pem",
        "/etc/ssl/openssl.cnf",
        "/etc/pki/tls/openssl.cnf",
    ];
    Policy::new()
        .read(each(DIRECTORIES.map(optional)))
        .read(each(FILES.map(optional)))
        .read(each(targets_outside(&DIRECTORIES.map(Path::new)).iter().map(optional)))
}

/// Where the links in these directories lead that leave all of them: Landlock looks at the file, not at the link.
fn targets_outside(directories: &[&Path]) -> BTreeSet<PathBuf> {
    let granted: Vec<PathBuf> = directories.iter().filter_map(|directory| fs::canonicalize(directory).ok()).collect();
    let is_link = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_symlink());
    directories
        .iter()
        .filter_map(|directory| fs::read_dir(directory).ok())
        .flat_map(|entries| entries.flatten().filter(is_link))
        .filter_map(|link| fs::canonicalize(link.path()).ok())
        .filter(|target| !granted.iter().any(|directory| target.starts_with(directory)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_that_leave_are_followed_to_the_end() -> std::io::Result<()> {
        let farm = std::env::temp_dir().join(format!("landlock-runtime-links-{}", std::process::id()));
        for directory in ["certs", "share", "store"] {
            fs::create_dir_all(farm.join(directory))?;
        }
        let farm = fs::canonicalize(&farm)?;
        for file in ["certs/own.pem", "share/inside.crt", "store/bundle.crt", "store/unlinked.key"] {
            fs::write(farm.join(file), "")?;
        }
        symlink("own.pem", farm.join("certs/hash.0"))?;
        symlink("../share/inside.crt", farm.join("certs/inside.pem"))?;
        symlink("bundle.crt", farm.join("store/current.crt"))?;
        symlink("../store/current.crt", farm.join("certs/bundle.pem"))?;
        symlink("nowhere", farm.join("certs/dangling.pem"))?;

        let found = targets_outside(&[&farm.join("certs"), &farm.join("share"), &farm.join("missing")]);

        assert_eq!(found, BTreeSet::from([farm.join("store/bundle.crt")]));
        fs::remove_dir_all(farm)
    }
}
