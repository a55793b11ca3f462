//! Paths that mean something else to each process: `/proc/self`, the standard streams. A rule is on what was opened, so one
//! that a parent makes for its child is on what is the parent's own.

use super::{Opening, PathRule, Policy, PolicyError};
use std::path::{Component, Path};

/// What a path names of the process that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Its directory in `/proc`, or something in it.
    Directory,
    /// Something that it has open.
    Descriptor,
}

impl Own {
    /// By the text alone, of an absolute path.
    pub(super) fn of(path: &Path) -> Option<Own> {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.components().skip(1) {
            match part {
                Component::ParentDir => drop(parts.pop()),
                part => parts.push(part.as_os_str().to_str().unwrap_or_default()),
            }
        }
        match &parts[..] {
            _ if !path.is_absolute() => None,
            ["dev", "stdin" | "stdout" | "stderr" | "fd", ..] | ["proc", "self" | "thread-self", "fd", ..] => {
                Some(Own::Descriptor)
            }
            // These lead out of it.
            ["proc", "self" | "thread-self", "exe" | "cwd" | "root", ..] => None,
            // The last two are links into it.
            ["proc", "self" | "thread-self" | "net" | "mounts", ..] => Some(Own::Directory),
            _ => None,
        }
    }
}

impl Policy {
    /// The grants that would be on what is this process's own, and are for a child. Of a child that makes rules itself,
    /// those of [`Opening::Own`] are not among them.
    #[inline]
    pub(crate) fn of_the_parent(&self, makes_rules: bool) -> Vec<PolicyError> {
        let instead = |rule: &PathRule| {
            let own = match rule.opening {
                Opening::Own if makes_rules => None,
                Opening::Nothing => None,
                #[cfg(unix)]
                Opening::Descriptor(_) => None,
                _ => Own::of(rule.path()),
            };
            Some(match own? {
                Own::Descriptor if makes_rules => {
                    "open it in the caller, and pass the `File` as an argument: it crosses as a descriptor, which needs no rule"
                }
                Own::Descriptor => {
                    "leave it out if it is a pipe, which needs no rule, else grant the path of the file itself"
                }
                Own::Directory if makes_rules => "include `presets::proc_self()`, which is the child's own directory",
                Own::Directory => {
                    "leave it out, or grant \"/proc\" if the program may look at all processes: no rule can be made on the \
                     directory of a process that does not run yet"
                }
            })
        };
        let defect = |rule: &PathRule| {
            let (key, path) = (rule.key, rule.path().to_owned());
            instead(rule).map(|instead| PolicyError::OfTheParent { key, path, instead })
        };
        self.terms.paths.iter().filter_map(defect).collect()
    }

    /// Takes out the rules that the child makes.
    #[inline]
    #[cfg(feature = "process")]
    pub(crate) fn take_own(&mut self) -> Vec<PathRule> {
        let is_own = |rule: &PathRule| matches!(rule.opening, Opening::Own);
        if !self.terms.paths.iter().any(is_own) {
            return Vec::new();
        }
        let paths = &mut self.terms_mut().paths;
        let (own, others) = paths.drain(..).partition(is_own);
        *paths = others;
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_own_is_told_by_the_path() {
        for (paths, own) in [
            (
                "/proc/self /proc/self/ //proc/./self/maps /proc/thread-self /proc/self/task/1/fd /proc/net/tcp /proc/mounts
                 /proc/self/executable /proc/../proc/self /sys/../proc/self/exe/../environ",
                Some(Own::Directory),
            ),
            (
                "/dev/stdin /dev/stdout /dev/stderr /dev/fd /dev/fd/63 /proc/self/fd /proc/thread-self/fd/0 /dev/../dev/fd",
                Some(Own::Descriptor),
            ),
            (
                "/proc /proc/1 /proc/self/exe /proc/self/cwd /proc/self/cwd/src /proc/thread-self/root/etc /dev /dev/null
                 /dev/stdinx /proc/selfish /proc/cpuinfo /etc/proc/self proc/self self . /proc/self/..",
                None,
            ),
        ] {
            for path in paths.split_whitespace() {
                assert_eq!(Own::of(Path::new(path)), own, "{path}");
            }
        }
    }
}
