//! What the image holds: of this system what the tests want of any, and what was built.

use crate::image::Image;
use crate::suites::{self, Built};
use crate::{Attempt, cache, guest};
use std::env;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Programs of the system that the tests start.
const PROGRAMS: &[&str] =
    &["cat", "cp", "env", "grep", "ldconfig", "ls", "mv", "readlink", "sh", "sleep", "sort", "touch", "true"];

/// Files of the system that the tests, and the presets that they are about, look for.
const FILES: &[&str] = &[
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/resolv.conf",
    "/etc/ssl/certs",
    "/usr/lib/locale/C.utf8",
    "/usr/share/locale/locale.alias",
    "/usr/share/zoneinfo/Europe/Berlin",
    "/usr/share/zoneinfo/UTC",
];

/// Directories that a system has.
const DIRECTORIES: &[&str] =
    &["/dev", "/etc", "/home", "/opt", "/proc", "/root", "/run", "/srv", "/sys", "/tmp", "/var/tmp"];

/// Writes the image that all machines start from.
pub(crate) fn write(built: &Built) -> Attempt<PathBuf> {
    let mut image = of_this_system()?;
    image.program_as(&env::current_exe()?, guest::PROGRAM)?;
    let directory = suites::directory();
    image.directory(directory);
    // Files that the tests read.
    image.host(&directory.join("landlockconfig/files"))?;
    let mut plan = vec![directory.display().to_string()];
    for (name, program) in &built.suites {
        image.program(program)?;
        plan.push(format!("{name} {}", program.display()));
    }
    for program in &built.programs {
        image.program(program)?;
    }
    image.text(guest::PLAN, plan.join("\n"));
    let path = cache()?.join("image.cpio");
    let mut archive = BufWriter::new(File::create(&path)?);
    image.write(&mut archive)?;
    archive.into_inner()?.sync_all()?;
    Ok(path)
}

fn of_this_system() -> Attempt<Image> {
    let mut image = Image::default();
    for directory in DIRECTORIES {
        image.directory(Path::new(directory));
    }
    for program in PROGRAMS {
        image.system_program(program)?;
    }
    for file in FILES {
        image.host(Path::new(file))?;
    }
    // The directories that programs look for, as the links that they are in many systems.
    for directory in ["/bin", "/lib", "/lib64", "/sbin"].map(Path::new) {
        if directory.exists() {
            image.lead_to(directory)?;
        }
    }
    Ok(image)
}
