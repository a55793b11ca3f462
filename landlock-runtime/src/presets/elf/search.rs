//! From the names of libraries to their files, in the order and with the rules of the loader that will look for them. The
//! image of a program comes in; the files that its loader opens leave, and where one is not found, where it should be.

use super::image::{Architecture, Image};
use crate::policy::Identity;
use crate::presets::libraries::TRIPLETS;
use crate::presets::loader::{self, Cached, MUSL_DIRECTORIES};
use crate::presets::root::Root;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

/// Who looks for the libraries, and where besides the paths that the files name.
#[derive(Debug)]
pub(super) enum Loader {
    Glibc { cache: Vec<Cached>, preloaded: Vec<String>, directories: Vec<PathBuf> },
    Musl { architecture: String, directories: Vec<PathBuf> },
}

impl Loader {
    pub(super) fn of(root: Root<'_>, interpreter: &str) -> Loader {
        let name = Path::new(interpreter).file_name().unwrap_or_default().to_string_lossy();
        if let Some(rest) = name.strip_prefix("ld-musl-") {
            let architecture = rest.trim_end_matches(".so.1").to_owned();
            let told = loader::musl_directories(root, &architecture);
            let directories = match told {
                Some(directories) => directories.into_iter().map(PathBuf::from).collect(),
                None => MUSL_DIRECTORIES.map(PathBuf::from).to_vec(),
            };
            return Loader::Musl { architecture, directories };
        }
        let own = root.resolve(interpreter).and_then(|file| file.parent().map(Path::to_owned));
        let usual = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"].map(PathBuf::from);
        let preload = root.real(loader::GLIBC_FILES[1]).and_then(|file| fs::read_to_string(file).ok());
        let words = |text: String| text.split([' ', '\t', '\n', ':']).map(str::to_owned).collect::<Vec<_>>();
        Loader::Glibc {
            cache: loader::cache(root),
            preloaded: preload.map(words).unwrap_or_default().into_iter().filter(|word| !word.is_empty()).collect(),
            directories: own.into_iter().chain(usual).collect(),
        }
    }

    fn directories(&self) -> &[PathBuf] {
        match self {
            Loader::Glibc { directories, .. } | Loader::Musl { directories, .. } => directories,
        }
    }

    /// musl's loader contains these libraries, whatever files of their names there are.
    fn contains(&self, name: &str) -> bool {
        const CONTAINED: [&str; 7] = ["c", "pthread", "rt", "m", "dl", "util", "xnet"];
        matches!(self, Loader::Musl { .. }) && CONTAINED.iter().any(|own| name.starts_with(&format!("lib{own}.")))
    }
}

/// A file whose libraries are to be found.
struct Loaded {
    needed: Vec<String>,
    origin: PathBuf,
    /// Its own directories, and those of the files that it was loaded for.
    directories: Vec<PathBuf>,
    inherited: Vec<PathBuf>,
}

/// What loading a program takes.
#[derive(Debug, Default)]
pub(super) struct Libraries {
    /// Files that were seen to be libraries of the program's architecture.
    pub(super) found: BTreeMap<PathBuf, Identity>,
    /// Where the loader looks last for the others.
    pub(super) missing: BTreeSet<PathBuf>,
}

/// All libraries that loading the program takes.
pub(super) fn search(root: Root<'_>, loader: &Loader, program: &Path, mut image: Image) -> Libraries {
    let Libraries { mut found, mut missing } = Libraries::default();
    let mut asked = BTreeSet::new();
    if let Loader::Glibc { preloaded, .. } = loader {
        image.needed.extend_from_slice(preloaded);
    }
    let architecture = image.architecture;
    // The origin of a program is that of its file, of a library that of the path by which it was found.
    let place = root.resolve(program).unwrap_or_else(|| program.to_owned());
    let mut queue = VecDeque::from([Loaded::new(loader, &place, image, &[])]);
    while let Some(loaded) = queue.pop_front() {
        for name in &loaded.needed {
            if loader.contains(name) || !asked.insert(name.clone()) {
                continue;
            }
            let files = candidates(root, loader, &loaded, name, architecture);
            if files.is_empty() {
                missing.extend(loader.directories().first().map(|directory| directory.join(name)));
            }
            for (file, image) in files {
                if found.insert(file.clone(), image.identity).is_none() {
                    queue.push_back(Loaded::new(loader, &file, image, &loaded.inherited));
                }
            }
        }
    }
    Libraries { found, missing }
}

impl Loaded {
    fn new(loader: &Loader, file: &Path, image: Image, inherited: &[PathBuf]) -> Loaded {
        let origin = file.parent().unwrap_or(Path::new("/")).to_owned();
        let expand = |paths: &[String]| paths.iter().flat_map(|path| expand(path, &origin)).collect::<Vec<_>>();
        let (rpath, runpath) = (expand(&image.rpath), expand(&image.runpath));
        let with = |own: &[PathBuf]| own.iter().chain(inherited).cloned().collect::<Vec<_>>();
        let (directories, inherited) = match loader {
            // A DT_RUNPATH holds for this file alone, and silences every DT_RPATH for it.
            Loader::Glibc { .. } if !image.runpath.is_empty() => (runpath, inherited.to_vec()),
            _ => {
                let all = with(if image.runpath.is_empty() { &rpath } else { &runpath });
                (all.clone(), all)
            }
        };
        Loaded { needed: image.needed, origin, directories, inherited }
    }
}

/// The files that a loader may take for a name: where it is one of the cache, all, for the processor decides.
fn candidates(
    root: Root<'_>,
    loader: &Loader,
    asking: &Loaded,
    name: &str,
    architecture: Architecture,
) -> Vec<(PathBuf, Image)> {
    let image = |file: PathBuf| {
        let image = Image::read(&root.real(&file)?).ok()?;
        (image.architecture == architecture).then_some((file, image))
    };
    if name.contains('/') {
        return expand(name, &asking.origin).into_iter().find_map(image).into_iter().collect();
    }
    let in_directory = |directory: &PathBuf| {
        let variants = directory.join("glibc-hwcaps");
        let variants = root.names(&variants).map(|variant| variants.join(variant).join(name)).collect::<Vec<_>>();
        let files: Vec<_> = variants.into_iter().chain([directory.join(name)]).filter_map(image).collect();
        (!files.is_empty()).then_some(files)
    };
    if let Some(files) = asking.directories.iter().find_map(in_directory) {
        return files;
    }
    if let Loader::Glibc { cache, .. } = loader {
        let cached = cache.iter().filter(|library| library.name == name).map(|library| library.path.clone());
        let files: Vec<_> = cached.filter_map(image).collect();
        if !files.is_empty() {
            return files;
        }
    }
    loader.directories().iter().find_map(in_directory).unwrap_or_default()
}

/// A path with the words that a loader replaces. What `$LIB` stands for differs: all of it is tried. What stays relative is
/// the working directory's, and nothing to grant.
fn expand(path: &str, origin: &Path) -> Vec<PathBuf> {
    let origin = origin.to_string_lossy();
    let path = path.replace("${ORIGIN}", &origin).replace("$ORIGIN", &origin).replace("${LIB}", "$LIB");
    let triplets = TRIPLETS.iter().map(|triplet| format!("lib/{triplet}"));
    let libs = ["lib64", "lib"].map(str::to_owned).into_iter().chain(triplets);
    let mut paths: Vec<PathBuf> = libs.map(|lib| PathBuf::from(path.replace("$LIB", &lib))).collect();
    paths.dedup();
    paths.retain(|path| path.is_absolute());
    paths
}
