//! What one program needs to run. The path of a program comes in; what leaves is a policy with exactly the files that the
//! kernel and the program's loader open to start it, or one that says why they cannot be known.

mod image;
mod search;

use super::loader;
use super::root::Root;
use crate::policy::{Policy, PolicyError, each, optional};
use image::Image;
use search::{Loader, search};
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
/// The files are read when this is called. A program that cannot be read, is no ELF file or a damaged one, or a script,
/// is an error when the policy is enforced: [`PolicyError::Program`]. A library that is not found is granted in the
/// interpreter's directory, listed by [`Enforcement::skipped`](crate::Enforcement::skipped), and named by the loader.
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
    // A relative path is the working directory's, which is none of the tree's business.
    let opened = if program.is_absolute() { root.real(program) } else { Some(program.to_owned()) };
    let image = match Image::read(opened.as_deref().unwrap_or(program)) {
        Ok(image) => image,
        Err(reason) => {
            return Policy::defective(PolicyError::Program { path: program.to_owned(), reason: reason.to_string() });
        }
    };
    let policy = Policy::new().exec(program);
    let Some(interpreter) = image.interpreter.clone() else { return policy };
    let loader = Loader::of(root, &interpreter);
    let libraries = search(root, &loader, program, image);
    let policy = policy.exec(&interpreter).read(each(libraries.iter().map(optional)));
    match loader {
        Loader::Glibc { .. } => policy.read(each(loader::GLIBC_FILES.map(optional))),
        Loader::Musl { architecture, .. } => policy.read(optional(loader::musl_file(&architecture))),
    }
}
