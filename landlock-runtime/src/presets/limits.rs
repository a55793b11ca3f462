//! How many CPUs a program may use: what a container or a service manager allows, of those that the machine has.

use super::root::Root;
use crate::policy::{PathRule, Policy, each, optional};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where the group of the calling process is told.
const GROUPS: &str = "/proc/self/cgroup";

/// Seeing the CPU quota of the process, which [`std::thread::available_parallelism`] and thread pools go by. Without it they
/// count the CPUs of the machine, and say nothing of it.
///
/// * `read`: the file `/proc/self/cgroup` of the process that is restricted;
/// * `read`: for the control group that the process is in when this is called, and for each above it, the file `cpu.max`
///   below `/sys/fs/cgroup`, or, where the group has the `cpu` controller of version 1, the files `cpu.cfs_quota_us` and
///   `cpu.cfs_period_us` below `/sys/fs/cgroup/cpu` and `/sys/fs/cgroup/cpu,cpuacct`.
///
/// Not control groups that are mounted elsewhere, which `std` finds by `/proc/self/mountinfo`. Not memory limits. For
/// [`Policy::apply_to`] and [`Policy::spawn`] it is an error, as [`proc_self`](super::proc_self()) is.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::thread::available_parallelism;
///
/// let inside = presets::cpu_limits().run(available_parallelism)?;
/// assert_eq!(inside?, available_parallelism()?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline]
pub fn cpu_limits() -> Policy {
    below(&Root::system().real(GROUPS).and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default())
}

#[inline]
pub(super) fn below(groups: &str) -> Policy {
    let policy = Policy::new().read(optional(PathRule::own(c"/proc/self/cgroup")));
    let Some((group, is_version_1)) = group_of_cpu(groups) else { return policy };
    if is_version_1 {
        let mounts = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"];
        let files = |file| mounts.into_iter().flat_map(move |mount| files(mount, group, file));
        policy.read(each(files("cpu.cfs_quota_us").map(optional))).read(each(files("cpu.cfs_period_us").map(optional)))
    } else {
        policy.read(each(files("/sys/fs/cgroup", group, "cpu.max").map(optional)))
    }
}

/// The group that limits CPUs, without the slash in front, and whether it is of version 1, which goes first.
#[inline]
fn group_of_cpu(groups: &str) -> Option<(&str, bool)> {
    let mut found = None;
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (fields.next(), fields.next()) else { continue };
        let group = group.trim_start_matches('/');
        if controllers.split(',').any(|controller| controller == "cpu") {
            return Some((group, true));
        }
        if controllers.is_empty() {
            found = Some((group, false));
        }
    }
    found
}

/// The file of a group and those of the groups above. A group outside of the namespace has none that can be seen.
#[inline]
fn files<'g>(mount: &'static str, group: &'g str, file: &'static str) -> impl Iterator<Item = PathBuf> + use<'g> {
    let climbs = Path::new(group).components().any(|part| part == Component::ParentDir);
    let groups = Path::new(group).ancestors().filter(move |_| !climbs);
    groups.map(move |group| Path::new(mount).join(group).join(file))
}
