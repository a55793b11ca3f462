//! The files that `available_parallelism` reads, by what `/proc/self/cgroup` says.

use crate::policy::Opening;
use crate::presets::limits::below;

/// The paths beside `/proc/self/cgroup`, which is the own of whoever is restricted.
#[track_caller]
fn granted(groups: &str, expected: &[&str]) {
    let policy = below(groups);
    let (own, others) = policy.terms.paths.split_first().expect("there is one");
    assert!(matches!(own.opening, Opening::Own) && own.path().ends_with("proc/self/cgroup"), "{own:?}");
    assert!(policy.terms.paths.iter().all(|grant| grant.optional && grant.key == "read"), "{policy:?}");
    let paths: Vec<_> = others.iter().map(|grant| grant.path().to_str().expect("text")).collect();
    assert_eq!(paths, expected, "{groups}");
}

#[test]
fn of_version_2_each_group_up_to_the_root() {
    let user = "/sys/fs/cgroup/user.slice";
    let session = format!("{user}/session-1.scope/cpu.max");
    granted("0::/user.slice/session-1.scope\n", &[&session, &format!("{user}/cpu.max"), "/sys/fs/cgroup/cpu.max"]);
    granted("0::/\n", &["/sys/fs/cgroup/cpu.max"]);
}

#[test]
fn version_1_goes_first() {
    let groups = "12:cpuset:/other\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/init.scope\n0::/init.scope\n";
    let files = |file: &str| {
        ["cpu/docker/x", "cpu/docker", "cpu", "cpu,cpuacct/docker/x", "cpu,cpuacct/docker", "cpu,cpuacct"]
            .map(|group| format!("/sys/fs/cgroup/{group}/{file}"))
    };
    let expected = [files("cpu.cfs_quota_us"), files("cpu.cfs_period_us")].concat();
    granted(groups, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn what_is_not_there_is_not_granted() {
    for groups in ["", "nonsense", "3:memory:/x\n", "0::/../../elsewhere\n", "1:cpu:/../x\n"] {
        granted(groups, &[]);
    }
}
