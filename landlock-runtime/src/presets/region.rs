//! Where the user is: time zones, languages.

use super::libraries::TRIPLETS;
use super::root::Root;
use crate::policy::{Policy, each, optional};

/// Telling the local time.
///
/// * `read`: `/etc/localtime`, wherever it leads; `/etc/timezone`, `/etc/TZ`;
/// * `read`: the directories `/usr/share/zoneinfo`, `/usr/share/lib/zoneinfo`, `/etc/zoneinfo`,
///   `/run/current-system/profile/share/zoneinfo`, and every file elsewhere that a link in one of them leads to.
///
/// Not what `TZ` names by path, nor `TZDIR`.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().include(&presets::timezone());
/// let zones = policy.run(|| std::fs::read_dir("/usr/share/zoneinfo").map(Iterator::count))?;
/// if std::path::Path::new("/usr/share/zoneinfo").exists() {
///     assert!(zones? > 0);
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline]
pub fn timezone() -> Policy {
    timezone_below(Root::system())
}

#[inline]
pub(super) fn timezone_below(root: Root<'_>) -> Policy {
    const FILES: [&str; 3] = ["/etc/localtime", "/etc/timezone", "/etc/TZ"];
    const DIRECTORIES: [&str; 4] = [
        "/usr/share/zoneinfo",
        "/usr/share/lib/zoneinfo",
        "/etc/zoneinfo",
        "/run/current-system/profile/share/zoneinfo",
    ];
    Policy::new()
        .read(each(FILES.map(optional)))
        .read(each(DIRECTORIES.map(optional)))
        .read(each(root.targets_outside(&DIRECTORIES).iter().map(optional)))
}

/// Speaking the user's language: what `setlocale`, `gettext` and `iconv` read.
///
/// * `read`: the directories `/usr/lib/locale`, `/usr/share/locale`, `/usr/share/locale-langpack`,
///   `/usr/share/i18n/locales/musl`, `/run/current-system/sw/lib/locale`, `/run/current-system/locale`, and every file
///   elsewhere that a link in one of them leads to;
/// * `read`: the converters between character sets in `/usr/lib/gconv`, `/usr/lib64/gconv` and, on Debian, `gconv` below
///   `/usr/lib` in the directory of this architecture, such as `/usr/lib/x86_64-linux-gnu/gconv`;
/// * `read`: the file `/etc/locale.alias`.
///
/// Not the sources of locales in the rest of `/usr/share/i18n`, nor `/etc/locale.conf` and `/etc/default/locale`, which set
/// a session's environment. Not what `LOCPATH`, `LOCALE_ARCHIVE`, `MUSL_LOCPATH` and `NLSPATH` say.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let policy = Policy::new().include(&presets::locale());
/// let messages = policy.run(|| std::fs::read_dir("/usr/share/locale").map(drop))?;
/// assert_eq!(messages.is_ok(), std::path::Path::new("/usr/share/locale").exists());
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn locale() -> Policy {
    locale_below(Root::system())
}

#[inline]
pub(super) fn locale_below(root: Root<'_>) -> Policy {
    const DIRECTORIES: [&str; 6] = [
        "/usr/lib/locale",
        "/usr/share/locale",
        "/usr/share/locale-langpack",
        "/usr/share/i18n/locales/musl",
        "/run/current-system/sw/lib/locale",
        "/run/current-system/locale",
    ];
    let multiarch = TRIPLETS.iter().map(|triplet| optional(format!("/usr/lib/{triplet}/gconv")));
    Policy::new()
        .read(each(DIRECTORIES.map(optional)))
        .read(each(["/usr/lib/gconv", "/usr/lib64/gconv"].map(optional)))
        .read(each(multiarch))
        .read(optional("/etc/locale.alias"))
        .read(each(root.targets_outside(&DIRECTORIES).iter().map(optional)))
}
