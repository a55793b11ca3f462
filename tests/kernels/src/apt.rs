//! An apt beside the system's own: its lists and archives are below a directory of ours, its mirror and keys are the system's.

use crate::{Attempt, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A package with the version that apt would install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
}

pub(crate) struct Apt {
    directory: PathBuf,
}

impl Apt {
    /// An apt for these suites, each with the end of its mirror's address, by today's lists.
    pub(crate) fn new(directory: &Path, suites: &[(&str, &str)]) -> Attempt<Apt> {
        let apt = Apt { directory: directory.to_owned() };
        fs::create_dir_all(apt.path("lists/partial"))?;
        fs::create_dir_all(apt.path("cache/archives/partial"))?;
        let mirrors = mirrors()?;
        let source = |(end, suite): &(&str, &str)| {
            let mirror = mirrors.iter().find(|mirror| mirror.ends_with(end));
            let mirror = mirror.ok_or_else(|| format!("apt knows no mirror of Debian that ends in {end:?}"))?;
            Ok(format!("deb [arch=amd64 signed-by={KEYRING}] {mirror} {suite} main\n"))
        };
        fs::write(apt.path("sources.list"), suites.iter().map(source).collect::<Attempt<String>>()?)?;
        // A suite that is gone is an error, too; what it held is missed where it is wanted.
        if let Err(error) = run(apt.command("apt-get").arg("update")) {
            eprintln!("{error}");
        }
        Ok(apt)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.join(below)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let option = |name: &str, value: &Path| format!("-o{name}={}", value.display());
        command.args([
            "-qq".to_owned(),
            option("Dir::Etc::sourcelist", &self.path("sources.list")),
            option("Dir::Etc::sourceparts", Path::new("-")),
            option("Dir::State::lists", &self.path("lists")),
            option("Dir::Cache", &self.path("cache")),
        ]);
        // Nothing is installed, so there is nothing to lock; no user to drop to; the lists of a suite that is no longer cared
        // for have expired; translations and icons are of no use.
        command.args([
            "-oDebug::NoLocking=true",
            "-oAPT::Sandbox::User=root",
            "-oAcquire::Check-Valid-Until=false",
            "-oAcquire::Languages=none",
            "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ]);
        command
    }

    /// All packages whose names start so, and that `wanted` wants.
    pub(crate) fn packages(&self, start: &str, wanted: impl Fn(&str) -> bool) -> Attempt<Vec<Package>> {
        let names = run(self.command("apt-cache").args(["pkgnames", start]))?;
        let names: BTreeSet<&str> = names.lines().filter(|name| wanted(name)).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let shown = run(self.command("apt-cache").args(["--no-all-versions", "show"]).args(names))?;
        let field = |stanza: &str, name: &str| {
            let line = stanza.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim_start_matches(": ").to_owned())
        };
        let package = |stanza| Some(Package { name: field(stanza, "Package")?, version: field(stanza, "Version")? });
        Ok(shown.split("\n\n").filter_map(package).collect())
    }

    /// Unpacks one package into a directory.
    pub(crate) fn unpack(&self, package: &Package, into: &Path) -> Attempt<()> {
        let archives = self.path("download");
        fs::create_dir_all(&archives)?;
        let wanted = format!("{}={}", package.name, package.version);
        run(self.command("apt-get").args(["download", &wanted]).current_dir(&archives))?;
        unpack_all(&archives, into)
    }

    /// Unpacks a package and all that it needs and that is not installed.
    pub(crate) fn unpack_with_needs(&self, name: &str, into: &Path) -> Attempt<()> {
        let arguments = ["install", "--yes", "--download-only", "--no-install-recommends", name];
        run(self.command("apt-get").args(arguments))?;
        unpack_all(&self.path("cache/archives"), into)
    }
}

/// Unpacks the archives of a directory, and removes them.
fn unpack_all(archives: &Path, into: &Path) -> Attempt<()> {
    for entry in fs::read_dir(archives)? {
        let archive = entry?.path();
        if archive.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("-x").args([&archive, into]))?;
            fs::remove_file(archive)?;
        }
    }
    Ok(())
}

/// The addresses that the system's own apt fetches from.
fn mirrors() -> Attempt<BTreeSet<String>> {
    let mut command = Command::new("apt-get");
    let addresses = run(command.args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]))?;
    Ok(addresses.lines().map(str::to_owned).collect())
}
