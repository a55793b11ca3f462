//! Which denials the kernel writes to its audit log, against the records themselves. Needs root, and a kernel that lets it
//! read them: what cannot be tested here is ignored, with the reason in its name.

mod flags;
mod log;
mod quiet;

use landlock_runtime::Policy;
use libtest_mimic::{Arguments, Trial};
use log::{Audit, names};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Name, the ABI that it needs, and what it does.
type Test = (&'static str, u32, fn(&mut Question<'_>));

const TESTS: [Test; 4] = [
    ("flags::the_flags_decide_what_is_in_the_log", 7, flags::the_flags_decide_what_is_in_the_log),
    ("quiet::paths", 10, quiet::paths),
    ("quiet::ports", 10, quiet::ports),
    ("quiet::scopes", 10, quiet::scopes),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // There is one log, which each test switches on and off.
    arguments.test_threads = Some(1);
    let abi = landlock_tests::abi();
    let closed = Audit::open().err().map(|error| format!("the audit log is for root, and not in a container: {error}"));
    let trial = |(name, least, test): Test| {
        let young = (abi < least).then(|| format!("needs ABI {least}, found {abi}"));
        let unfit = young.or_else(|| closed.clone());
        let name = unfit.as_ref().map_or_else(|| name.to_owned(), |unfit| format!("{name} [{unfit}]"));
        let run = move || {
            Question::with(test)?;
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(unfit.is_some())
    };
    libtest_mimic::run(&arguments, TESTS.into_iter().map(trial).collect()).exit_code()
}

/// The log, and files that nothing grants, one for each question.
struct Question<'a> {
    audit: &'a Audit,
    directory: &'a Path,
    made: u32,
}

impl Question<'_> {
    fn with(test: fn(&mut Question<'_>)) -> io::Result<()> {
        let audit = Audit::open()?;
        let directory = std::env::temp_dir().join(format!("landlock-tests-audit-{}", std::process::id()));
        fs::create_dir(&directory)?;
        let directory = Directory(directory.canonicalize()?);
        test(&mut Question { audit: &audit, directory: &directory.0, made: 0 });
        Ok(())
    }

    /// A new file.
    fn file(&mut self) -> PathBuf {
        self.made += 1;
        let file = self.directory.join(format!("file-{}", self.made));
        fs::write(&file, "bytes").expect("a file");
        file
    }

    /// The records of what is denied meanwhile, other programs' among them. A denial that always is in the log, after it,
    /// says when to stop waiting.
    fn records(&mut self, denied: impl FnOnce()) -> Vec<String> {
        let marker = self.file();
        denied();
        Policy::new().run(|| File::open(&marker).map(drop).expect_err("it is denied")).expect("it is enforced");
        self.audit.until(&marker).expect("the marker is logged")
    }

    /// Whether a denial of reading a new file is in the log.
    fn is_logged(&mut self, denied: impl FnOnce(&Path)) -> bool {
        let file = self.file();
        let records = self.records(|| denied(&file));
        let about_it: Vec<_> = records.iter().filter(|record| names(record, &file)).collect();
        assert!(about_it.iter().all(|record| record.contains("blockers=fs.read_file")), "{about_it:?}");
        !about_it.is_empty()
    }
}

/// Removed also where a test fails.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn denied(policy: &Policy, attempt: impl FnOnce() -> io::Result<()> + Send) {
    let error = policy.run(attempt).expect("it is enforced").expect_err("it is denied");
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

fn open_denied(policy: &Policy, file: &Path) {
    denied(policy, || File::open(file).map(drop));
}
