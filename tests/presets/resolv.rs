//! A `/etc/resolv.conf` that is replaced while a program runs, in a root directory of the case's own.

use crate::operations::read;
use landlock_runtime::{Policy, policy, presets};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::os::unix::fs::{chroot, symlink};
use std::path::Path;
use std::{env, fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(file_in_a_managed_directory_is_replaced).only_root(),
    case!(file_that_is_not_there_yet).only_root(),
    case!(directories_with_secrets_are_not_granted).only_root(),
    case!(file_elsewhere_is_replaced_as_advised).only_root(),
];

/// Where the managers of the network keep the file, and how the link is written.
const MANAGED: [(&str, &str); 5] = [
    ("/run/systemd/resolve", "../run/systemd/resolve/stub-resolv.conf"),
    ("/run/resolvconf", "/run/resolvconf/resolv.conf"),
    ("/run/connman", "/var/run/connman/resolv.conf"),
    ("/run/netconfig", "/run/netconfig/resolv.conf"),
    ("/run/systemd/resolve", "/run/systemd/resolve/resolv.conf"),
];

fn own_root(scratch: &Scratch) -> io::Result<()> {
    chroot(scratch.path())?;
    env::set_current_dir("/")?;
    for directory in ["/etc", "/run", "/var"] {
        fs::create_dir(directory)?;
    }
    symlink("/run", "/var/run")?;
    fs::write("/run/secret", "a secret")?;
    fs::write("/etc/passwd", "root")
}

fn link(target: &str) -> io::Result<()> {
    let _ = fs::remove_file("/etc/resolv.conf");
    symlink(target, "/etc/resolv.conf")
}

/// As the managers do it: a new file takes the place of the old one.
fn replace(file: &Path) -> io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, "nameserver 127.0.0.53\n")?;
    fs::rename(new, file)
}

fn probes() -> Probes<'static> {
    Probes::new()
        .allowed("the new file", read("/etc/resolv.conf"))
        .denied("what is beside the directory", Errno::ACCESS, read("/run/secret"))
        .denied("what is beside the link", Errno::ACCESS, read("/etc/passwd"))
}

/// The rules are made before the file changes, and hold after it has.
fn holds_after(policy: &Policy, change: impl FnOnce() -> io::Result<()>) -> Verdict {
    let probes = probes();
    let prepared = policy.prepare()?;
    prepared.run(|| ())?;
    change()?;
    probes.outside()?;
    prepared.run(|| probes.inside())?
}

fn file_in_a_managed_directory_is_replaced(scratch: &Scratch) -> Verdict {
    own_root(scratch)?;
    for (directory, target) in MANAGED {
        let file = Path::new(directory).join(Path::new(target).file_name().ok_or("it has a name")?);
        fs::create_dir_all(directory)?;
        fs::write(&file, "nameserver 127.0.0.1\n")?;
        link(target)?;
        holds_after(&presets::dns(), || replace(&file))?;
    }
    Ok(())
}

/// At boot the link is there before the file.
fn file_that_is_not_there_yet(scratch: &Scratch) -> Verdict {
    own_root(scratch)?;
    fs::create_dir_all("/run/systemd/resolve")?;
    link("../run/systemd/resolve/stub-resolv.conf")?;
    holds_after(&presets::dns(), || replace(Path::new("/run/systemd/resolve/stub-resolv.conf")))
}

fn directories_with_secrets_are_not_granted(scratch: &Scratch) -> Verdict {
    own_root(scratch)?;
    for (directory, file) in [("/run", "resolv.conf"), ("/run/NetworkManager", "resolv.conf"), ("/etc", "resolv.real")]
    {
        fs::create_dir_all(directory)?;
        let (file, secret) = (Path::new(directory).join(file), Path::new(directory).join("other"));
        fs::write(&file, "nameserver 127.0.0.1\n")?;
        fs::write(&secret, "a secret")?;
        link(file.to_str().ok_or("it is text")?)?;
        let probes = probes().denied("what is beside the file", Errno::ACCESS, read(secret));
        probes.outside()?;
        presets::dns().run(|| probes.inside())??;
    }
    Ok(())
}

/// What the documentation says.
fn file_elsewhere_is_replaced_as_advised(scratch: &Scratch) -> Verdict {
    own_root(scratch)?;
    fs::create_dir_all("/mnt/wsl")?;
    fs::write("/mnt/wsl/resolv.conf", "nameserver 127.0.0.1\n")?;
    link("/mnt/wsl/resolv.conf")?;
    let directory = fs::canonicalize("/etc/resolv.conf")?.parent().ok_or("it is in one")?.to_owned();
    holds_after(&policy!(read = directory, include = presets::dns()), || replace(Path::new("/mnt/wsl/resolv.conf")))
}
