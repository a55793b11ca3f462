//! The emulator of machines: the one on the path, else Debian's, unpacked into the cache with the libraries that are missing.
//! Nothing is installed.

use crate::apt::Apt;
use crate::{Attempt, cache};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

const PROGRAM: &str = "qemu-system-x86_64";

#[derive(Clone, Debug)]
pub(crate) struct Qemu {
    program: PathBuf,
    /// Where it was unpacked, if it is not the system's.
    root: Option<PathBuf>,
}

impl Qemu {
    pub(crate) fn get() -> Attempt<Qemu> {
        let directories: Vec<_> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
        if let Some(program) = directories.iter().map(|directory| directory.join(PROGRAM)).find(|path| path.exists()) {
            return Ok(Qemu { program, root: None });
        }
        let root = cache()?.join("qemu");
        if !root.exists() {
            fetch(&root).map_err(|error| format!("there is no {PROGRAM} here, and it cannot be fetched: {error}"))?;
        }
        Ok(Qemu { program: root.join("usr/bin").join(PROGRAM), root: Some(root) })
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(root) = &self.root {
            let libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|path| root.join(path));
            command.env("LD_LIBRARY_PATH", env::join_paths(libraries).unwrap_or_default());
            for firmware in ["usr/share/qemu", "usr/share/seabios"] {
                command.arg("-L").arg(root.join(firmware));
            }
        }
        command
    }
}

fn fetch(root: &PathBuf) -> Attempt<()> {
    println!("fetching {PROGRAM}");
    let release = fs::read_to_string("/etc/os-release")?;
    let codename = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let codename = codename.ok_or("/etc/os-release names no release of Debian")?;
    let apt = Apt::new(&cache()?.join("apt-qemu"), &[("/debian/", codename)])?;
    let unpacked = cache()?.join("unpacked-qemu");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)?;
    }
    fs::create_dir_all(&unpacked)?;
    apt.unpack_with_needs("qemu-system-x86", &unpacked)?;
    Ok(fs::rename(unpacked, root)?)
}
