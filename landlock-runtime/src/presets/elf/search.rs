//! From the names of libraries to their files, in the order and with the rules of the loader that will look for them. The
//! image of a program comes in; the files that its loader opens leave, and where one is not found, where it should be.

use super::image::{Architecture, Image, LONGEST, Unfit};
use crate::policy::Identity;
use crate::presets::libraries::TRIPLETS;
use crate::presets::loader::{self, Cached, MUSL_DIRECTORIES};
use crate::presets::root::Root;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

/// More directories than the libraries of any one file are looked for in.
const MOST_DIRECTORIES: usize = 256;

/// More steps, from a directory to what is in it, than it takes to find the libraries of any program.
const MOST_STEPS: usize = 1 << 17;

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
pub(super) fn search(root: Root<'_>, loader: &Loader, program: &Path, mut image: Image) -> Result<Libraries, Unfit> {
    let Libraries { mut found, mut missing } = Libraries::default();
    let mut asked = BTreeSet::new();
    if let Loader::Glibc { preloaded, .. } = loader {
        image.needed.extend_from_slice(preloaded);
    }
    let mut search = Search { root, loader, architecture: image.architecture, steps: MOST_STEPS };
    // The origin of a program is that of its file, of a library that of the path by which it was found.
    let place = root.resolve(program).unwrap_or_else(|| program.to_owned());
    let mut queue = VecDeque::from([search.loaded(&place, image, &[])?]);
    while let Some(loaded) = queue.pop_front() {
        for name in &loaded.needed {
            search.take(1)?;
            if loader.contains(name) || !asked.insert(name.clone()) {
                continue;
            }
            let files = search.candidates(&loaded, name)?;
            if files.is_empty() {
                missing.extend(loader.directories().first().map(|directory| directory.join(name)));
            }
            for (file, image) in files {
                if found.insert(file.clone(), image.identity).is_none() {
                    queue.push_back(search.loaded(&file, image, &loaded.inherited)?);
                }
            }
        }
    }
    Ok(Libraries { found, missing })
}

/// A search that comes to an end, whatever the files name.
struct Search<'s> {
    root: Root<'s>,
    loader: &'s Loader,
    architecture: Architecture,
    /// How many more are taken.
    steps: usize,
}

impl Search<'_> {
    /// Where a path leads to.
    fn resolve(&mut self, path: &Path) -> Result<Option<PathBuf>, Unfit> {
        self.take(path.components().count())?;
        Ok(self.root.resolve(path))
    }

    fn take(&mut self, steps: usize) -> Result<(), Unfit> {
        self.steps = self.steps.checked_sub(steps).ok_or(Unfit::Excessive("places of libraries"))?;
        Ok(())
    }

    fn loaded(&mut self, file: &Path, image: Image, inherited: &[PathBuf]) -> Result<Loaded, Unfit> {
        let origin = file.parent().unwrap_or(Path::new("/")).to_owned();
        let own = self.directories(if image.runpath.is_empty() { &image.rpath } else { &image.runpath }, &origin)?;
        let (directories, inherited) = match self.loader {
            // A DT_RUNPATH holds for this file alone, and silences every DT_RPATH for it.
            Loader::Glibc { .. } if !image.runpath.is_empty() => (own, inherited.to_vec()),
            _ => {
                let mut all = own;
                all.extend(inherited.iter().filter(|directory| !all.contains(directory)).cloned().collect::<Vec<_>>());
                (all.clone(), all)
            }
        };
        if directories.len() > MOST_DIRECTORIES {
            return Err(Unfit::Excessive("directories of libraries"));
        }
        Ok(Loaded { needed: image.needed, origin, directories, inherited })
    }

    /// The directories that paths lead to, each once. Where there is none, there is nothing to find.
    fn directories(&mut self, paths: &[String], origin: &Path) -> Result<Vec<PathBuf>, Unfit> {
        let (mut texts, mut places, mut directories) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for text in paths.iter().flat_map(|path| expand(path, origin)) {
            if !texts.insert(text.clone()) {
                continue;
            }
            directories.extend(self.resolve(&text)?.filter(|place| places.insert(place.clone())));
        }
        Ok(directories)
    }

    /// The files that a loader may take for a name: where it is one of the cache, all, for the processor decides.
    fn candidates(&mut self, asking: &Loaded, name: &str) -> Result<Vec<(PathBuf, Image)>, Unfit> {
        if name.contains('/') {
            return self.first(expand(name, &asking.origin).into_iter().map(|file| vec![file]));
        }
        let root = self.root;
        let in_directory = |directory: &PathBuf| {
            let variants = directory.join("glibc-hwcaps");
            let own = directory.join(name);
            let variants = root.names(variants.clone()).map(move |variant| variants.join(variant).join(name));
            variants.chain([own])
        };
        let files = self.first(asking.directories.iter().map(in_directory))?;
        if !files.is_empty() {
            return Ok(files);
        }
        if let Loader::Glibc { cache, .. } = self.loader {
            let cached = cache.iter().filter(|library| library.name == name).map(|library| library.path.clone());
            let files = self.first([cached])?;
            if !files.is_empty() {
                return Ok(files);
            }
        }
        self.first(self.loader.directories().iter().map(in_directory))
    }

    /// Of groups of places, the first that has libraries.
    fn first<G>(&mut self, groups: impl IntoIterator<Item = G>) -> Result<Vec<(PathBuf, Image)>, Unfit>
    where
        G: IntoIterator<Item = PathBuf>,
    {
        let mut files = Vec::new();
        for group in groups {
            for file in group {
                self.take(file.components().count())?;
                match self.root.real(&file).map(|real| Image::read(&real)) {
                    Some(Ok(image)) if image.architecture == self.architecture => files.push((file, image)),
                    Some(Err(unfit @ Unfit::Excessive(_))) => return Err(unfit),
                    _ => {}
                }
            }
            if !files.is_empty() {
                break;
            }
        }
        Ok(files)
    }
}

/// A path with the words that a loader replaces. What `$LIB` stands for differs: all of it is tried. What stays relative is
/// the working directory's, and nothing to grant; nor is what is longer than a path can be.
fn expand(path: &str, origin: &Path) -> Vec<PathBuf> {
    let origin = origin.to_string_lossy();
    let origins =
        ["$ORIGIN", "${ORIGIN}"].map(|word| path.matches(word).count() * origin.len().saturating_sub(word.len()));
    if (path.len() + origins.iter().sum::<usize>()) as u64 > LONGEST {
        return Vec::new();
    }
    let path = path.replace("${ORIGIN}", &origin).replace("$ORIGIN", &origin).replace("${LIB}", "$LIB");
    let triplets = TRIPLETS.iter().map(|triplet| format!("lib/{triplet}"));
    let libs = ["lib64", "lib"].map(str::to_owned).into_iter().chain(triplets);
    let mut paths: Vec<PathBuf> = libs.map(|lib| PathBuf::from(path.replace("$LIB", &lib))).collect();
    paths.dedup();
    paths.retain(|path| path.is_absolute());
    paths
}
