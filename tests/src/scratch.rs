//! Directories of a run. The parent makes one per trial, where anybody may create, and removes it when the child is gone:
//! a restricted child could not.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The directory of a case. What a case makes in it belongs to the user it runs as, and is removed afterwards.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn of_case(directory: PathBuf) -> Scratch {
        Scratch(directory)
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A path in it, whether it exists or not.
    #[must_use]
    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.join(path)
    }

    /// A new directory in it.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn directory(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        let path = self.join(path);
        fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// A new file in it, with some bytes and the directories that lead to it.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn file(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        let path = self.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, "some bytes")?;
        Ok(path)
    }
}

/// The directory of a whole run, removed at the end.
#[derive(Debug)]
pub(crate) struct RunDirectory(PathBuf);

impl RunDirectory {
    pub(crate) fn new() -> io::Result<RunDirectory> {
        let (parent, pid) = (fs::canonicalize(env::temp_dir())?, std::process::id());
        let mut names = (0..).map(|attempt: u32| parent.join(format!("landlock-tests-{pid}-{attempt}")));
        // Never one that is there already: it can be another user's, or a run's that was killed.
        let path = loop {
            let path = names.next().ok_or(io::ErrorKind::AlreadyExists)?;
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                result => break result.map(|()| path)?,
            }
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o711))?;
        Ok(RunDirectory(path))
    }

    /// A copy of the running program that every user can execute.
    pub(crate) fn program(&self) -> io::Result<PathBuf> {
        let copy = self.0.join("program");
        fs::copy(env::current_exe()?, &copy)?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
        Ok(copy)
    }

    /// A directory in which everybody may create, for one trial; and the file for what the child prints.
    pub(crate) fn of_trial(&self, number: usize) -> io::Result<(PathBuf, PathBuf)> {
        let directory = self.0.join(number.to_string());
        fs::create_dir(&directory)?;
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777))?;
        Ok((directory, self.0.join(format!("{number}.output"))))
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {:?}: {error}", self.0);
        }
    }
}
