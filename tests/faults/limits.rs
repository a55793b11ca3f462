//! What really runs out, and paths that really cannot be opened: the error names each, and no descriptor stays open.

use landlock_runtime::{Error, ErrorKind, Policy, each};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(descriptors_run_out),
    case!(descriptors_run_out_for_a_process),
    case!(paths_that_cannot_be_opened),
    case!(a_directory_that_this_user_cannot_enter).only_ordinary(),
];

/// Of the descriptors below 64, which are open.
fn open_descriptors() -> Vec<usize> {
    let opens = |descriptor: &usize| fs::symlink_metadata(format!("/proc/self/fd/{descriptor}")).is_ok();
    (0..64).filter(opens).collect()
}

/// How many more descriptors than now may be open: none from the first free number on, or from a later one.
fn allow_more(more: usize) -> std::io::Result<()> {
    let open = open_descriptors();
    let limit = (0..).filter(|number| !open.contains(number)).nth(more).and_then(|limit| u64::try_from(limit).ok());
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit, ..getrlimit(Resource::Nofile) })?)
}

type Way<'w> = (&'w str, &'w dyn Fn() -> Result<(), Error>);

/// First the ruleset cannot be made, then no path opened, then both: two descriptors do for any number of paths.
fn descriptors_run_out(scratch: &Scratch) -> Verdict {
    let paths: Vec<_> = (0..300).map(|number| scratch.file(format!("file-{number}"))).collect::<Result<_, _>>()?;
    let policy = Policy::new().read(each(&paths));
    let ways: [Way<'_>; 4] = [
        ("run", &|| policy.run(|| ())),
        ("prepare", &|| policy.prepare().map(drop)),
        ("apply_to", &|| policy.apply_to(&mut Command::new("true")).map(drop)),
        ("restrict_process", &|| policy.restrict_process().map(drop)),
    ];
    let before = open_descriptors();
    for (name, way) in ways {
        allow_more(0)?;
        let text = way().expect_err(name).to_string();
        assert!(text.contains("landlock_create_ruleset: Too many open files"), "{name}: {text}");
        allow_more(1)?;
        let error = way().expect_err(name);
        assert_eq!(open_descriptors(), before, "{name}");
        let ErrorKind::Rules(rules) = error.kind() else { return Err(error.into()) };
        assert!(rules.iter().map(|rule| &rule.path).eq(&paths), "{name}: every path, and no other");
        assert!(rules.iter().all(|rule| rule.source.raw_os_error() == Some(libc::EMFILE)), "{name}: {error}");
        assert!(
            format!("{error:#}").contains(&format!("read = {:?}: Too many open files", paths[299])),
            "{name}: {error}"
        );
        allow_more(2)?;
        // The last of them restricts this process.
        way()?;
        if name != "restrict_process" {
            assert_eq!(open_descriptors(), before, "{name}");
        }
    }
    assert!(File::open("/etc/passwd").is_err_and(|error| error.raw_os_error() == Some(libc::EACCES)));
    File::open(&paths[299])?;
    Ok(())
}

#[landlock_runtime::sandbox(isolate = process, read = "/usr")]
fn in_a_process() -> Result<bool, Error> {
    Ok(File::open("/etc/passwd").is_ok())
}

/// Until there are enough, there is an error, and nothing is left of what was begun.
fn descriptors_run_out_for_a_process(_: &Scratch) -> Verdict {
    const ENOUGH: usize = 30;
    let before = open_descriptors();
    let mut errors = 0;
    for more in 0..ENOUGH {
        allow_more(more)?;
        let outcome = in_a_process();
        allow_more(ENOUGH)?;
        assert_eq!(open_descriptors(), before, "{more} more");
        assert!(rustix::process::wait(rustix::process::WaitOptions::NOHANG).is_err(), "{more} more: a child is left");
        match outcome {
            Ok(reads) => {
                assert!(!reads && errors > 0, "{more} more");
                println!("[note] with {more} descriptors it runs");
                return Ok(());
            }
            Err(error) => {
                let text = format!("{error:#}");
                assert!(text.contains("in_a_process (") && text.contains("Too many open files"), "{more} more: {text}");
                errors += 1;
            }
        }
    }
    Err("it never ran".into())
}

/// The error of a policy that reads this path, whose other path is good.
fn error_of(path: &Path, errno: i32) -> Verdict {
    let policy = Policy::new().read("/usr").read(path);
    let before = open_descriptors();
    let mut ran = false;
    let error = policy.run(|| ran = true).expect_err("it cannot be opened");
    let ErrorKind::Rules(rules) = error.kind() else { return Err(error.into()) };
    assert!(!ran && open_descriptors() == before, "{error}");
    assert_eq!(
        rules.iter().map(|rule| (&*rule.path, rule.source.raw_os_error())).collect::<Vec<_>>(),
        [(path, Some(errno))]
    );
    let words = std::io::Error::from_raw_os_error(errno);
    assert!(format!("{error:#}").contains(&format!("read = {path:?}: {words}")), "{error:#}");
    Ok(())
}

fn paths_that_cannot_be_opened(scratch: &Scratch) -> Verdict {
    let link = scratch.join("loop");
    symlink(&link, &link)?;
    error_of(&link, libc::ELOOP)?;
    error_of(&scratch.join("x".repeat(256)), libc::ENAMETOOLONG)?;
    error_of(&PathBuf::from("/usr".to_owned() + &"/.".repeat(2100)), libc::ENAMETOOLONG)?;
    error_of(&scratch.file("file")?.join("below"), libc::ENOTDIR)?;
    error_of(&scratch.join("missing"), libc::ENOENT)?;
    // The longest that can be, each.
    let longest = scratch.file("x".repeat(255))?;
    Policy::new().read(&longest).read(PathBuf::from("/usr".to_owned() + &"/.".repeat(2000))).run(|| ())?;
    Ok(())
}

fn a_directory_that_this_user_cannot_enter(scratch: &Scratch) -> Verdict {
    let file = scratch.file("closed/file")?;
    let mode = |mode| fs::set_permissions(scratch.join("closed"), fs::Permissions::from_mode(mode));
    Policy::new().read(&file).run(|| ())?;
    // Its names can be read, and nothing in it reached.
    mode(0o600)?;
    let error = error_of(&file, libc::EACCES);
    mode(0o700)?;
    error
}
