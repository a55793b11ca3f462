//! The running program's own files: to execute itself, and to name the functions of a backtrace.

use crate::policy::{PathRule, Policy, each, optional};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The file that the running program was started from, whatever has become of its name.
const RUNNING: &str = "/proc/self/exe";

/// Executing the running program once more: for a program that starts itself as its own helper.
///
/// * `exec`: the file of the running program; with `/dev/null`, as [`Policy::exec`] says.
///
/// A dynamically linked program also needs its interpreter and libraries: [`shared_libs`](super::shared_libs()), or
/// `elf`. The file is granted by its path. If that leads elsewhere by now, because the program was deleted or replaced,
/// it is granted as `/proc/self/exe`, which is still the running one: start it by that name. Without `/proc`, enforcing the
/// policy is an error that names this path.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::fs::File;
///
/// let program = std::env::current_exe()?;
/// let policy = Policy::new().include(&presets::self_exe());
/// let (program, other) = policy.run(|| (File::open(program), File::open("/etc/passwd")))?;
/// assert!(program.is_ok() && other.is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline]
pub fn self_exe() -> Policy {
    Policy::new().exec(path_of_running(env::current_exe()))
}

/// Naming functions in the backtrace of a panic, which otherwise shows `<unknown>` inside a sandbox.
///
/// * `read`: the file of the running program, and beside it the same name with `.dwp` or `.debug` added, and the
///   directory `.debug`;
/// * `read`: the libraries that the process has loaded, as `/proc/self/maps` lists them when this is called;
/// * `read`: the directory `/usr/lib/debug`.
///
/// Not `/proc/self/maps`, which `std` does without: a rule on it would hold for this one process and be lost when the
/// kernel forgets the inode. Not libraries that are loaded later, and not source files. Nothing can be executed.
///
/// ```
/// use landlock_runtime::{Policy, presets};
/// use std::backtrace::Backtrace;
///
/// let policy = Policy::new().include(&presets::backtrace());
/// let trace = policy.run(|| Backtrace::force_capture().to_string())?;
/// assert!(trace.contains("main"));
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn backtrace() -> Policy {
    let program = env::current_exe().unwrap_or_else(|_| PathBuf::from(RUNNING));
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    Policy::new()
        .read(each(debug_files(&program).iter().map(optional)))
        .read(each(mapped_files(&maps).map(optional)))
        .read(optional("/usr/lib/debug"))
}

/// The process's own directory in `/proc`.
///
/// * `read`: `/proc/self` of the process that is restricted, which is also that of its threads. With `isolate = process`,
///   where `read = "/proc/self"` would be the directory of the parent, it is that of the process of the call.
///
/// All in it, so also the environment that the process was started with, and its memory. Not the directories of other
/// processes, and not that of a child which the process starts. For
/// [`Policy::apply_to`] and [`Policy::spawn`] it is an error: they make their rules before the child is there.
///
/// The kernel may forget such a directory when memory is short, and the rule with it; then it is denied.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let read = |process: &str| std::fs::read(format!("/proc/{process}/status"));
/// let (own, other) = presets::proc_self().run(|| (read("self"), read("1")))?;
/// assert!(own.is_ok() && (other.is_err() || std::process::id() == 1));
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[inline]
pub fn proc_self() -> Policy {
    Policy::new().read(optional(PathRule::own(c"/proc/self")))
}

#[inline]
fn path_of_running(named: io::Result<PathBuf>) -> PathBuf {
    named.ok().filter(|path| is_same_file(path, Path::new(RUNNING))).unwrap_or_else(|| PathBuf::from(RUNNING))
}

#[inline]
#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
    identity(one).is_some() && identity(one) == identity(other)
}

#[inline]
#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    true
}

/// Where the debug information of a program is looked for, the program itself first.
#[inline]
fn debug_files(program: &Path) -> Vec<PathBuf> {
    let beside = |suffix: &str| {
        let mut name = program.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    vec![program.to_owned(), beside(".dwp"), beside(".debug"), program.with_file_name(".debug")]
}

/// The files that code is mapped from: the sixth column, which may contain blanks.
#[inline]
fn mapped_files(maps: &str) -> impl Iterator<Item = &str> {
    let mut files: Vec<&str> = maps
        .lines()
        .filter(|line| line.split_ascii_whitespace().nth(1).is_some_and(|rights| rights.contains('x')))
        .filter_map(|line| line.find(" /").map(|blank| &line[blank + 1..]))
        .collect();
    files.dedup();
    files.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_mapped_from_these_files() {
        let maps = "\
55d0c0000000-55d0c0001000 r--p 00000000 08:01 1234                       /opt/my app/bin
55d0c0001000-55d0c0002000 r-xp 00001000 08:01 1234                       /opt/my app/bin
7f0000000000-7f0000001000 r--s 00000000 08:01 99                         /etc/mapped-for-reading
7f0000001000-7f0000002000 r-xp 00000000 08:01 100                        /nix/store/x-glibc/lib/libc.so.6
7f0000002000-7f0000003000 r-xp 00001000 08:01 100                        /nix/store/x-glibc/lib/libc.so.6
7f0000003000-7f0000004000 r-xp 00000000 00:00 0                          [vdso]
7f0000004000-7f0000005000 r-xp 00000000 00:00 0
";
        let files: Vec<&str> = mapped_files(maps).collect();
        assert_eq!(files, ["/opt/my app/bin", "/nix/store/x-glibc/lib/libc.so.6"]);
    }

    #[test]
    fn debug_information_is_looked_for_beside_the_program() -> io::Result<()> {
        let expected = ["/opt/app", "/opt/app.dwp", "/opt/app.debug", "/opt/.debug"].map(PathBuf::from);
        assert_eq!(debug_files(Path::new("/opt/app")), expected);
        let granted = backtrace().terms;
        for file in debug_files(&env::current_exe()?) {
            assert!(granted.paths.iter().any(|grant| grant.path() == file), "{file:?}");
        }
        Ok(())
    }

    #[test]
    fn program_that_was_replaced_is_granted_as_the_running_one() -> io::Result<()> {
        assert_eq!(path_of_running(env::current_exe()), env::current_exe()?);
        let gone = PathBuf::from(format!("{} (deleted)", env::current_exe()?.display()));
        let unknown = || io::Error::from(io::ErrorKind::NotFound);
        for named in [Ok(gone), Ok(PathBuf::from("/dev/null")), Err(unknown())] {
            assert_eq!(path_of_running(named), Path::new(RUNNING));
        }
        Ok(())
    }
}
