//! The certificate authorities that the system trusts.

use super::root::Root;
use crate::policy::{Policy, each, optional};

/// Reading the certificate authorities that the system trusts.
///
/// * `read`: the directories `/etc/ssl/certs`, `/etc/pki/tls/certs`, `/etc/pki/ca-trust/extracted`,
///   `/etc/ca-certificates/extracted`, `/usr/share/ca-certificates`, `/usr/local/share/ca-certificates`, `/usr/share/pki`,
///   `/var/lib/ca-certificates`, and every file elsewhere that a link in one of them leads to;
/// * `read`: the files `/etc/ssl/cert.pem`, `/etc/ssl/ca-bundle.pem`, `/etc/pki/tls/cert.pem`, `/etc/ssl/openssl.cnf`,
///   `/etc/pki/tls/openssl.cnf`.
///
/// Not `/etc/ssl/private` and its like: no private key is granted unless a link among the certificates leads to one. Not
/// what `SSL_CERT_FILE` and `SSL_CERT_DIR` say.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().net_connect(443).include(&presets::tls_roots());
/// let passwords = policy.run(|| std::fs::read("/etc/passwd"))?;
/// assert!(passwords.is_err());
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn tls_roots() -> Policy {
    below(Root::system())
}

#[inline]
pub(super) fn below(root: Root<'_>) -> Policy {
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
        .read(each(root.targets_outside(&DIRECTORIES).iter().map(optional)))
}
