//! What several subjects use: directories to list, the fate of a call, and processes that are to be gone.

use landlock_runtime::{Error, ErrorKind, Policy, ProcessError, each, optional, presets};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// The errno of listing `/usr`, which the sandboxes here grant, and of `/etc`, which they deny.
pub(crate) type Listed = (Option<i32>, Option<i32>);

pub(crate) const INSIDE: Listed = (None, Some(libc::EACCES));
pub(crate) const OUTSIDE: Listed = (None, None);

pub(crate) fn lists() -> Listed {
    let errno = |path| fs::read_dir(path).err().map(|error| error.raw_os_error().unwrap_or(-1));
    (errno("/usr"), errno("/etc"))
}

/// What became of a process that came back without a value.
#[track_caller]
pub(crate) fn fate<T>(outcome: Result<T, Error>) -> ProcessError {
    let Err(error) = outcome else { panic!("there is a value") };
    println!("{error}");
    match error.kind() {
        ErrorKind::Process(fate) => fate.clone(),
        kind => panic!("not the fate of a process: {kind:?}"),
    }
}

/// A program's own executable and what it needs to run.
pub(crate) fn runs_itself() -> Policy {
    let libraries = ["/usr", "/lib", "/lib64"].map(optional);
    Policy::new().include(&presets::self_exe()).exec(each(libraries))
}

/// Whether a process is gone, or goes within a while. To look at it needs no right.
pub(crate) fn is_gone(pid: u32) -> bool {
    within(Duration::from_secs(5), || !Path::new(&format!("/proc/{pid}/exe")).is_symlink())
}

/// Whether something comes true in time.
pub(crate) fn within(time: Duration, mut comes_true: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if comes_true() {
            return true;
        }
        if start.elapsed() > time {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
