//! What one program needs to run. The path of a program comes in; what leaves is a policy with exactly the files that the
//! kernel and the program's loader open to start it, or one that says why they cannot be known.

mod image;
mod search;

use super::loader;
use super::root::Root;
use crate::policy::{Identity, PathRule, Policy, PolicyError, each, optional};
use image::{Architecture, Image, Unfit};
use search::{Libraries, Loader, search};
use std::path::Path;

/// Running one program, and nothing else: the program, its ELF interpreter and its libraries. With the feature `elf`.
///
/// * `exec`: the program, and the ELF interpreter that it names; with `/dev/null`, as [`Policy::exec`] says;
/// * `read`: each library that it names, and those that these name, found as its loader finds them: by `DT_RPATH` and
///   `DT_RUNPATH` with `$ORIGIN` and `$LIB`, in `/etc/ld.so.cache`, then in the interpreter's own directory, `/lib64`,
///   `/usr/lib64`, `/lib`, `/usr/lib`; for musl in the directories of `/etc/ld-musl-*.path`, else `/lib`, `/usr/local/lib`,
///   `/usr/lib`. Only files of the program's own architecture count. Of variants for newer processors (`glibc-hwcaps`) all;
/// * `read`: for glibc `/etc/ld.so.cache`, `/etc/ld.so.preload` and the libraries that this names; for musl
///   `/etc/ld-musl-*.path`.
///
/// The files are read when this is called, and the rules are on these very files: where another file stands at a path when
/// the policy is enforced, that is an error, and the policy is to be made once more. A program that cannot be read, is no
/// ELF file or a damaged one, or a script, is an error when the policy is enforced: [`PolicyError::Program`]. So is one
/// that names more libraries, or more places to find them, than any program does. So is an interpreter that is not a regular ELF file of the program's architecture, named by an absolute path. What else a
/// program names as its library is granted only if it is such a file. A library that is not found is not granted: it is
/// listed by [`Enforcement::skipped`](crate::Enforcement::skipped), and named by the loader.
///
/// Whoever can write the program chooses the interpreter and the libraries, so any ELF file of the same architecture
/// may be granted for it, and no other file.
///
/// Not what the program opens once it runs: its configuration and data, and libraries that it loads by itself
/// (plug-ins, name service modules, `gconv`). Not what `LD_LIBRARY_PATH` and `LD_PRELOAD` say, nor `$PLATFORM` in a path; and
/// `PATH` is not searched. As `ld.so` is executable, each of these files can be run through it. A static program has no
/// interpreter and needs none.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::process::Command;
///
/// let policy = Policy::new().include(&presets::elf("/bin/true"));
/// let (granted, other) = policy.run(|| (Command::new("/bin/true").status(), Command::new("/bin/cat").status()))?;
/// assert!(granted?.success() && other.is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn elf(program: impl AsRef<Path>) -> Policy {
    below(Root::system(), program.as_ref())
}

pub(super) fn below(root: Root<'_>, program: &Path) -> Policy {
    granted(root, program).unwrap_or_else(|reason| {
        Policy::defective(PolicyError::Program { path: program.to_owned(), reason: reason.to_string() })
    })
}

fn granted(root: Root<'_>, program: &Path) -> Result<Policy, Unfit> {
    // A relative path is the working directory's, which is none of the tree's business.
    let opened = if program.is_absolute() { root.real(program) } else { Some(program.to_owned()) };
    let image = Image::read(opened.as_deref().unwrap_or(program))?;
    let policy = Policy::new().exec(PathRule::only(program, image.identity));
    let Some(interpreter) = image.interpreter.clone() else { return Ok(policy) };
    let started = started(root, &interpreter, image.architecture)
        .map_err(|unfit| Unfit::Interpreter(interpreter.clone(), Box::new(unfit)))?;
    let loader = Loader::of(root, &interpreter);
    let Libraries { found, missing } = search(root, &loader, program, image)?;
    let libraries = found.iter().map(|(library, identity)| optional(PathRule::only(library, *identity)));
    let policy = policy
        .exec(PathRule::only(Path::new(&interpreter), started))
        .read(each(libraries))
        .read(each(missing.iter().map(|library| PathRule::nothing(library))));
    Ok(match loader {
        Loader::Glibc { .. } => policy.read(each(loader::GLIBC_FILES.map(optional))),
        Loader::Musl { architecture, .. } => policy.read(optional(loader::musl_file(&architecture))),
    })
}

/// The interpreter that a program names, which the program chooses: it is one only where the kernel would start it.
fn started(root: Root<'_>, interpreter: &str, architecture: Architecture) -> Result<Identity, Unfit> {
    if !interpreter.starts_with('/') {
        return Err(Unfit::Relative);
    }
    let file = root.real(interpreter).unwrap_or_else(|| interpreter.into());
    let image = Image::read(&file)?;
    if image.architecture == architecture { Ok(image.identity) } else { Err(Unfit::Foreign) }
}
