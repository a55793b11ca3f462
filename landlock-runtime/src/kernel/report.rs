//! What the kernel's answers are called in messages.

use crate::kernel::known_by;
use crate::policy::{Right, Rights, about, advise};
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// The Linux version that brought each ABI, from ABI 1 on (<https://docs.kernel.org/userspace-api/landlock.html>).
const LINUX: [&str; 10] = ["5.13", "5.19", "6.2", "6.7", "6.10", "6.12", "6.15", "7.0", "7.1", "7.2"];

/// The Linux version that brought an ABI.
pub(crate) fn linux(abi: u32) -> &'static str {
    let index = usize::try_from(abi).ok().and_then(|abi| abi.checked_sub(1));
    index.and_then(|index| LINUX.get(index)).copied().unwrap_or("to come")
}

/// Why this system has no Landlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// The kernel is older than Linux 5.13, or built without Landlock (`ENOSYS`).
    NotBuiltIn,
    /// The kernel has Landlock, but it was not enabled at boot (`EOPNOTSUPP`).
    Disabled,
    /// Something refuses the system calls, most likely a seccomp filter.
    Refused {
        /// What the system calls answer instead: `EPERM`, most often.
        errno: i32,
    },
    /// The system is not Linux.
    NotLinux,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::NotBuiltIn => f.write_str(
                "this kernel has no Landlock: it needs Linux 5.13 or later, built with CONFIG_SECURITY_LANDLOCK (ENOSYS)",
            ),
            Unavailable::Disabled => f.write_str(
                "this kernel has Landlock, but it is disabled: add `landlock` to the boot parameter `lsm=` (EOPNOTSUPP)",
            ),
            Unavailable::Refused { errno } => write!(
                f,
                "something refuses the Landlock system calls, most likely a seccomp filter of a container or a service \
                 manager: let it allow landlock_create_ruleset, landlock_add_rule and landlock_restrict_self ({})",
                io::Error::from_raw_os_error(*errno)
            ),
            Unavailable::NotLinux => f.write_str("Landlock is a feature of Linux, and this is another system"),
        }
    }
}

impl std::error::Error for Unavailable {}

/// A rule that cannot be made, and how to mend it.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleError {
    /// The key that grants it.
    pub key: &'static str,
    /// The path, as it was given.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
    pub(crate) remedy: Remedy,
}

/// What to do about a rule that cannot be made.
#[derive(Debug)]
pub(crate) enum Remedy {
    /// It is missing: correct it, or make it optional.
    Missing,
    /// It is missing, and another policy's word.
    MissingIncluded,
    /// It is missing, and these rights are for what is made there.
    MissingOutput(Rights),
    /// The same, and there is no directory to make it in.
    NoDirectory,
    /// It cannot be reached by this user.
    Unreachable,
    /// It is a pipe or a socket, which no rule can name.
    NotAFile,
    /// None of the rights is one of a file.
    DirectoryRights(Rights),
    /// It is to be made, and the directory for it is missing, or nothing can be made in it.
    ParentMissing,
    /// Its last component is a link, and must not be.
    Link,
    /// Something else than a directory stands where one is to be.
    NotADirectory,
    /// Something else than a regular file stands where one is to be.
    NotARegularFile,
    /// It is another file than the one that the policy was made for.
    Replaced,
    /// The environment makes all there is of it.
    Root,
    /// Nothing but the system's words.
    None,
}

/// What a program's user reads; `{:#}` adds the key, and what its developer is to change.
impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RuleError { key, path, source, remedy } = self;
        about(f, key, format_args!("{path:?}"))?;
        write!(f, "{source}")?;
        let (what, advice) = match remedy {
            Remedy::MissingIncluded => ("", "an included policy grants it: make it, or leave that policy out"),
            Remedy::NoDirectory => ("", "correct the path, or make the directory above it first"),
            Remedy::Unreachable => ("", "this user cannot reach it: grant a path that it can, or leave it out"),
            Remedy::NotAFile => (": it is a pipe or a socket, which needs no rule once it is open", "leave it out"),
            Remedy::Replaced => {
                (": another file stands there than when the policy was made", "make the policy once more")
            }
            Remedy::Root => (": it leads to the root directory, and would grant everything", "correct the environment"),
            Remedy::ParentMissing => (
                ": there is no directory above it, or nothing can be made there",
                "only the last component is made: make the directory above it, or grant another path",
            ),
            Remedy::Link => (": it is a link", "grant what it leads to, or leave out what is around the path"),
            Remedy::NotADirectory => (": something else than a directory stands there", "grant another path"),
            Remedy::NotARegularFile => (": something else than a regular file stands there", "grant another path"),
            Remedy::DirectoryRights(rights) => {
                write!(f, ": it is a file, and {rights} can only be granted on a directory")?;
                ("", "grant its parent")
            }
            Remedy::Missing => {
                return advise(f, format_args!("correct the path, or write optional({path:?}) if it may be missing"));
            }
            Remedy::MissingOutput(rights) => return advise(f, format_args!("{}", Making { path, rights: *rights })),
            Remedy::None => return Ok(()),
        };
        f.write_str(what)?;
        advise(f, format_args!("{advice}"))
    }
}

impl std::error::Error for RuleError {}

/// How a program comes to make what it was granted to write, and is not there. Granted as `optional`, it would be denied.
struct Making<'e> {
    path: &'e Path,
    rights: Rights,
}

impl fmt::Display for Making<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Making { path, rights } = *self;
        f.write_str("correct the path; or, if the program makes it, open it before this")?;
        if let (true, Some(directory)) = (rights.contains(Right::MakeReg), directory_of(path)) {
            if directory.parent().is_some() {
                write!(f, ", grant its directory {directory:?}")?;
            }
        }
        let on_files = rights & Rights::of(&[Right::WriteFile, Right::Truncate]);
        f.write_str(match (on_files.is_empty(), rights == on_files) {
            (true, _) => ", or put `ensure_dir(…)` around it, which makes it for this user alone",
            (_, true) => ", or put `ensure_file(…)` around it, which makes it for this user alone",
            _ => ", or put `ensure_file(…)` or `ensure_dir(…)` around it, which makes it for this user alone",
        })
    }
}

/// The directory that a path is in, as one may write it.
pub(super) fn directory_of(path: &Path) -> Option<&Path> {
    path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// Rights with the ABI and the Linux version that they need: `bind_tcp, connect_tcp (ABI 4, Linux 6.7)`.
pub(crate) struct Needs(pub(crate) Rights);

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (abi, linux) in (1..).zip(LINUX) {
            let rights = self.0 & (known_by(abi) - known_by(abi - 1));
            if !rights.is_empty() {
                write!(f, "{separator}{rights} (ABI {abi}, Linux {linux})")?;
                separator = "; ";
            }
        }
        Ok(())
    }
}

/// What stands where the names of threads would. No thread can have it for a name: 15 bytes are the most.
pub(crate) const UNREADABLE: &str = "their names cannot be read here";

/// The names of threads: `"worker", "main"`.
pub(crate) struct Names<'n>(pub(crate) &'n [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for name in self.0 {
            f.write_str(separator)?;
            if name == UNREADABLE {
                f.write_str(name)?;
            } else {
                write!(f, "{name:?}")?;
            }
            separator = ", ";
        }
        Ok(())
    }
}

/// Why a ruleset could not be built or enforced.
#[derive(Debug)]
pub(crate) enum RestrictError {
    Rules(Vec<RuleError>),
    Layers,
    System { call: &'static str, source: io::Error },
}

impl RestrictError {
    pub(super) fn system(call: &'static str) -> impl FnOnce(io::Error) -> RestrictError {
        move |source| RestrictError::System { call, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_versions_are_those_of_the_readme() {
        let readme = include_str!("../../README.md");
        for (abi, linux) in (1..).zip(LINUX) {
            assert!(readme.contains(&format!("| {abi} | {linux} |")), "ABI {abi}, Linux {linux}");
        }
    }

    #[test]
    fn rights_are_grouped_by_what_they_need() {
        let rights = Rights::of(&[Right::ReadFile, Right::ConnectTcp, Right::BindTcp, Right::Truncate]);
        let needs = Needs(rights).to_string();
        assert_eq!(
            needs,
            "read_file (ABI 1, Linux 5.13); truncate (ABI 3, Linux 6.2); bind_tcp, connect_tcp (ABI 4, Linux 6.7)"
        );
    }
}
