//! Devices that nearly every program opens, and the directory for temporary files.

use crate::policy::{Policy, each, optional};

/// The harmless devices.
///
/// * `read_write`: `/dev/null`, `/dev/zero`, `/dev/full`, `/dev/tty`;
/// * `read`: `/dev/urandom`.
///
/// Not `/dev/stdin`, `/dev/stdout`, `/dev/stderr` and `/dev/fd`: what they stand for is open already, and pipes need no
/// rule. Not `/dev/random`, `/dev/ptmx`, `/dev/shm` or any other terminal. Not `ioctl_dev`: a `/dev/tty` that is opened inside
/// can be read and written, but from ABI 5 on neither its size nor its modes can be asked or set, so a password prompt
/// that opens it shows what is typed or fails; below ABI 5 it can.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::fs::OpenOptions;
///
/// let policy = Policy::new().include(&presets::stdio());
/// let null = policy.run(|| OpenOptions::new().write(true).open("/dev/null"))?;
/// let shells = policy.run(|| std::fs::read("/etc/passwd"))?;
/// assert!(null.is_ok() && shells.is_err());
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn stdio() -> Policy {
    const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];
    Policy::new().read_write(each(DEVICES.map(optional))).read(optional("/dev/urandom"))
}

/// The directory for temporary files.
///
/// * `read_write`: `/tmp`.
///
/// All of it, so also what other programs of the same user keep there. Not `/var/tmp`, not `/dev/shm`, and not what `TMPDIR`
/// says: where [`std::env::temp_dir`] may be another directory, grant that one. Nothing in it can be executed. Sockets
/// in it, such as those of X11, cannot be connected to from ABI 9 on; below they can.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let file = format!("/tmp/landlock-runtime-{}", std::process::id());
/// let policy = Policy::new().include(&presets::tmp());
/// policy.run(|| std::fs::write(&file, "kept for a moment").and_then(|()| std::fs::remove_file(&file)))??;
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline]
pub fn tmp() -> Policy {
    Policy::new().read_write(optional("/tmp"))
}
