//! The kernels: for each series the newest that the mirror has, by the name of its package, kept in the cache.

use crate::apt::{Apt, Package};
use crate::machines::SUITES;
use crate::{Attempt, cache};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    /// The version of its package.
    pub(crate) version: String,
    pub(crate) image: PathBuf,
}

/// The kernels of these series. One that is not to be had is missing in the answer; `cached` asks no mirror.
pub(crate) fn kernels(series: &[&'static str], cached: bool) -> Attempt<BTreeMap<&'static str, Kernel>> {
    let mut found = BTreeMap::new();
    if cached {
        found.extend(series.iter().filter_map(|series| Some((*series, kept(series)?))));
        return Ok(found);
    }
    let apt = Apt::new(&cache()?.join("apt-kernels"), SUITES)?;
    let wanted = |name: &str| series.iter().any(|series| release(name, series).is_some());
    let packages = apt.packages("linux-", wanted)?;
    for series in series {
        let Some(package) = newest(&packages, series) else { continue };
        let kernel = match kept(series) {
            Some(kernel) if kernel.version == package.version => kernel,
            _ => fetch(&apt, package, series)?,
        };
        found.insert(*series, kernel);
    }
    Ok(found)
}

/// The numbers of a kernel's release after its series, if the package is such a kernel's.
fn release(name: &str, series: &str) -> Option<Vec<u64>> {
    let release = name.strip_prefix("linux-binary-").or_else(|| name.strip_prefix("linux-image-"))?;
    let rest = release.strip_suffix("-cloud-amd64")?.strip_prefix(series)?.strip_prefix('.')?;
    rest.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

/// The newest kernel of a series. Where there are two packages, the image only names the binary.
fn newest<'p>(packages: &'p [Package], series: &str) -> Option<&'p Package> {
    let order = |package: &&Package| (release(&package.name, series), package.name.starts_with("linux-binary-"));
    packages.iter().filter(|package| release(&package.name, series).is_some()).max_by_key(order)
}

/// The directory of a series holds one directory, whose name is the version.
fn kept(series: &str) -> Option<Kernel> {
    let version = fs::read_dir(directory(series).ok()?).ok()?.next()?.ok()?;
    let image = version.path().join("vmlinuz");
    let version = version.file_name().into_string().ok()?;
    image.exists().then_some(Kernel { version, image })
}

fn directory(series: &str) -> Attempt<PathBuf> {
    Ok(cache()?.join("kernels").join(series))
}

fn fetch(apt: &Apt, package: &Package, series: &str) -> Attempt<Kernel> {
    println!("fetching {} {}", package.name, package.version);
    let unpacked = cache()?.join("unpacked");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)?;
    }
    apt.unpack(package, &unpacked)?;
    let image = find(&unpacked)?.ok_or_else(|| format!("no kernel in {}", package.name))?;
    let directory = directory(series)?;
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    let version = directory.join(&package.version);
    fs::create_dir_all(&version)?;
    fs::rename(image, version.join("vmlinuz"))?;
    fs::remove_dir_all(&unpacked)?;
    Ok(Kernel { version: package.version.clone(), image: version.join("vmlinuz") })
}

/// The kernel itself in an unpacked package, wherever it lies.
fn find(directory: &Path) -> Attempt<Option<PathBuf>> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if let Some(found) = find(&path)? {
                return Ok(Some(found));
            }
        } else if entry.file_type()?.is_file() && entry.file_name().to_string_lossy().starts_with("vmlinuz") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(names: &[&str]) -> Vec<Package> {
        names.iter().map(|name| Package { name: (*name).to_owned(), version: "1".to_owned() }).collect()
    }

    fn newest_of(series: &str, names: &[&str]) -> Option<String> {
        newest(&packages(names), series).map(|package| package.name.clone())
    }

    #[test]
    fn the_newest_is_by_number_and_of_its_series() {
        let names = [
            "linux-image-6.1.0-9-cloud-amd64",
            "linux-image-6.1.0-56-cloud-amd64",
            "linux-image-6.1.0-0.deb11.50-cloud-amd64",
            "linux-image-6.1.0-57-cloud-amd64-unsigned",
            "linux-image-6.1.0-58-rt-amd64",
            "linux-image-6.12.118+deb13-cloud-amd64",
            "linux-image-cloud-amd64",
        ];
        assert_eq!(newest_of("6.1", &names).as_deref(), Some("linux-image-6.1.0-56-cloud-amd64"));
        assert_eq!(newest_of("6.12", &names).as_deref(), Some("linux-image-6.12.118+deb13-cloud-amd64"));
        assert_eq!(newest_of("6.2", &names), None);
    }

    #[test]
    fn the_binary_holds_what_the_image_names() {
        let names = [
            "linux-image-7.2.12+deb13-cloud-amd64",
            "linux-binary-7.2.12+deb13-cloud-amd64",
            "linux-binary-7.2.9+deb13-cloud-amd64",
        ];
        assert_eq!(newest_of("7.2", &names).as_deref(), Some("linux-binary-7.2.12+deb13-cloud-amd64"));
    }
}
