//! The CPU quota of a control group, which the standard library reads from files.

use crate::operations::{hold, list, read};
use landlock_runtime::{Policy, presets};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[case!(quota_is_seen).only_root(), case!(quota_and_nothing_else)];

/// A control group with a quota of one CPU, in which this process is as long as it lives.
struct Group {
    root: &'static Path,
    path: PathBuf,
}

impl Group {
    fn new() -> io::Result<Group> {
        let version_1 = Path::new("/sys/fs/cgroup/cpu");
        let (root, quota): (_, &[(&str, &str)]) = if version_1.join("cpu.cfs_quota_us").exists() {
            (version_1, &[("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "100000")])
        } else {
            (Path::new("/sys/fs/cgroup"), &[("cpu.max", "100000 100000")])
        };
        let path = root.join(format!("landlock-tests-{}", std::process::id()));
        fs::create_dir(&path)?;
        let group = Group { root, path };
        for (file, value) in quota {
            fs::write(group.path.join(file), value)?;
        }
        fs::write(group.path.join("cgroup.procs"), "0")?;
        Ok(group)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let gone = fs::write(self.root.join("cgroup.procs"), "0").and_then(|()| fs::remove_dir(&self.path));
        if let Err(error) = gone {
            println!("{:?} stays: {error}", self.path);
        }
    }
}

fn quota_is_seen(_: &Scratch) -> Verdict {
    let machine = available_parallelism()?.get();
    let group = match Group::new() {
        Ok(group) if machine > 1 => group,
        group => {
            println!("SKIPPED: {machine} CPUs, and a control group: {:?}", group.err());
            return Ok(());
        }
    };
    assert_eq!(available_parallelism()?.get(), 1, "the quota holds");
    assert_eq!(Policy::new().run(available_parallelism)??.get(), machine, "and is not seen without the preset");
    assert_eq!(presets::cpu_limits().run(available_parallelism)??.get(), 1);
    drop(group);
    Ok(())
}

fn quota_and_nothing_else(_: &Scratch) -> Verdict {
    let probes = Probes::new()
        .allowed("the own group", read("/proc/self/cgroup"))
        .denied("the environment", Errno::ACCESS, read("/proc/self/environ"))
        .denied("the groups", Errno::ACCESS, list("/sys/fs/cgroup"))
        .denied("another file", Errno::ACCESS, read("/proc/cpuinfo"));
    hold(&presets::cpu_limits(), &probes)
}
