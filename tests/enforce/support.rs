//! Operations and policies that several subjects use.

use landlock_runtime::{Error, Policy, each, optional, status};
use landlock_tests::Verdict;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use landlock_tests::{Operation, list, read, write};

/// The error that an attempt must fail with, if that is what it does.
pub(crate) type Failure = Result<Error, Box<dyn std::error::Error + Send + Sync>>;

/// The file of a system program.
pub(crate) fn program(name: &str) -> PathBuf {
    let directories = ["/usr/bin", "/bin"].map(Path::new);
    directories.iter().map(|directory| directory.join(name)).find(|path| path.exists()).expect("a system program")
}

/// Grants what programs of the system need to run.
pub(crate) fn run_programs(policy: Policy) -> Policy {
    policy.exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)))
}

/// Reads a file in a child process, and answers with the errno of the child.
pub(crate) fn read_in_child(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| {
        let cat = Command::new(program("cat")).arg(&path).output()?;
        let complaint = String::from_utf8_lossy(&cat.stderr);
        match cat.status.success() {
            true => Ok(()),
            false if complaint.contains("Permission denied") => Err(io::Error::from_raw_os_error(libc::EACCES)),
            false => Err(io::Error::other(complaint.into_owned())),
        }
    })
}

/// What the open descriptors are open on, this very listing among them.
pub(crate) fn descriptors() -> io::Result<Vec<PathBuf>> {
    let open = fs::read_dir("/proc/self/fd")?.map(|descriptor| fs::read_link(descriptor?.path()));
    let mut open = open.collect::<io::Result<Vec<_>>>()?;
    open.sort();
    Ok(open)
}

/// How many threads there are; one that was joined may be counted for a moment.
pub(crate) fn threads() -> io::Result<usize> {
    std::thread::sleep(std::time::Duration::from_millis(20));
    Ok(fs::read_dir("/proc/self/task")?.count())
}

/// The error of an attempt that must fail and leave the process as it was.
pub(crate) fn refused<T>(attempt: impl FnOnce() -> Result<T, Error>) -> Failure {
    let error = refused_here(attempt)?;
    assert!(!rustix::thread::no_new_privs()?, "no_new_privs after the error");
    Ok(error)
}

/// The same where `no_new_privs` says nothing: a seccomp filter has set it.
pub(crate) fn refused_here<T>(attempt: impl FnOnce() -> Result<T, Error>) -> Failure {
    let before = descriptors()?;
    let Err(error) = attempt() else { return Err("there was no error".into()) };
    println!("{error:#}");
    unrestricted()?;
    assert_eq!(descriptors()?, before, "descriptors after the error");
    Ok(error)
}

/// Nothing is restricted here.
pub(crate) fn unrestricted() -> Verdict {
    fs::read_dir("/")?;
    assert_eq!(status().layers().count(), 0, "layers");
    Ok(())
}

/// Each of these texts stands in the error, as who writes the program reads it.
#[track_caller]
pub(crate) fn says(error: &Error, texts: &[&str]) {
    let message = format!("{error:#}");
    for text in texts {
        assert!(message.contains(text), "{text:?} is missing in: {message}");
    }
}

/// A copy of a system program that this user may run.
pub(crate) fn copy_program(name: &str, copy: &Path) -> io::Result<()> {
    fs::copy(program(name), copy).map(drop)
}
