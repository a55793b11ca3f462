//! What each process has of its own: the child's is not its parent's.

use landlock_runtime::{Error, ErrorKind, Policy, PolicyError, Right, each, expand, optional, presets, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use temp_env::with_var;

pub(crate) const CASES: &[Case] = &[
    case!(own_directory_is_the_childs),
    case!(own_directory_of_a_worker_that_is_used_again),
    case!(own_directory_of_a_thread_is_that_of_its_process),
    case!(what_is_the_parents_is_an_error),
    case!(what_is_the_parents_is_an_error_by_a_variable),
    case!(what_leads_out_is_granted),
];

/// The errno of reading `status` of this process and of its thread, of the parent's `environ`, and of another file.
type Read = [Option<i32>; 4];

const OWN: Read = [None, None, Some(libc::EACCES), Some(libc::EACCES)];
const NOTHING: Read = [Some(libc::EACCES); 4];

fn reads(parent: u32) -> Read {
    let environment = format!("/proc/{parent}/environ");
    ["/proc/self/status", "/proc/thread-self/status", &environment, "/etc/passwd"]
        .map(|path| File::open(path).err().map(|error| error.raw_os_error().unwrap_or(-1)))
}

#[sandbox(isolate = process, include = presets::proc_self())]
fn with_its_own(parent: u32) -> Result<Read, Error> {
    Ok(reads(parent))
}

#[sandbox(isolate = process)]
fn with_nothing(parent: u32) -> Result<Read, Error> {
    Ok(reads(parent))
}

#[sandbox(isolate = process, stack = "1 MiB", include = presets::proc_self())]
fn on_a_thread(parent: u32) -> Result<Read, Error> {
    Ok(reads(parent))
}

#[sandbox(isolate = process, include = presets::cpu_limits())]
fn cpus(parent: u32) -> Result<(bool, Read), Error> {
    Ok((File::open("/proc/self/cgroup").is_ok(), reads(parent)))
}

#[sandbox(isolate = process(reuse, workers = 2), include = presets::proc_self())]
fn again(parent: u32, other: Option<u32>) -> Result<(u32, Read, Option<i32>), Error> {
    let other = other.map_or(Ok(()), |other| File::open(format!("/proc/{other}/status")).map(drop));
    Ok((std::process::id(), reads(parent), other.err().and_then(|error| error.raw_os_error())))
}

#[sandbox(isolate = process, read = path)]
fn with(path: &Path) -> Result<(), Error> {
    let _ = path;
    Ok(())
}

fn own_directory_is_the_childs(_: &Scratch) -> Verdict {
    let this = std::process::id();
    assert_eq!(reads(this), [None; 4]);
    assert_eq!(with_its_own(this)?, OWN);
    assert_eq!(on_a_thread(this)?, OWN);
    assert_eq!(with_nothing(this)?, NOTHING);
    assert_eq!(cpus(this)?, (true, NOTHING));
    Ok(())
}

/// Each has its own, and not that of the other.
fn own_directory_of_a_worker_that_is_used_again(_: &Scratch) -> Verdict {
    let this = std::process::id();
    let (first, read, _) = again(this, None)?;
    assert_eq!(read, OWN);
    assert_eq!(again(this, Some(first))?, (first, OWN, None), "the same worker, so its own directory");
    let (mut second, denied) = (first, Some(libc::EACCES));
    while second == first {
        let calls = std::thread::scope(|scope| {
            [(); 4].map(|()| scope.spawn(|| again(this, Some(first)))).map(std::thread::ScopedJoinHandle::join)
        });
        for call in calls {
            let (worker, read, other) = call.map_err(|_| "a call panicked")??;
            assert_eq!((read, other), (OWN, denied.filter(|_| worker != first)));
            second = if worker == first { second } else { worker };
        }
    }
    Ok(())
}

fn own_directory_of_a_thread_is_that_of_its_process(_: &Scratch) -> Verdict {
    let this = std::process::id();
    let policy = presets::proc_self();
    let own = [None, None, None, Some(libc::EACCES)];
    assert_eq!(policy.run(|| reads(this))?, own);
    assert_eq!(policy.prepare()?.run(|| reads(this))?, own);
    assert!(policy.check("/proc/self/status", Right::ReadFile)?.is_allowed());
    Ok(())
}

/// The defects of a policy that is for a child, by every way to start one.
fn refusals(path: &Path) -> Result<Vec<Error>, Box<dyn std::error::Error + Send + Sync>> {
    let policy = Policy::new().read(path);
    let mut errors = vec![with(path).err().ok_or("a process is started")?];
    errors.push(policy.apply_to(&mut Command::new("/bin/true")).err().ok_or("a command is restricted")?);
    errors.push(policy.spawn(&mut Command::new("/bin/true")).err().ok_or("a program is started")?);
    Ok(errors)
}

fn what_is_the_parents_is_an_error(_: &Scratch) -> Verdict {
    for (path, advice) in [
        ("/proc/self", "presets::proc_self()"),
        ("/proc/self/environ", "presets::proc_self()"),
        ("/proc//thread-self/./maps", "presets::proc_self()"),
        ("/proc/net", "presets::proc_self()"),
        ("/usr/../proc/self", "presets::proc_self()"),
        ("/dev/stdin", "pass the `File` as an argument"),
        ("/dev/fd/0", "pass the `File` as an argument"),
        ("/proc/self/fd/1", "pass the `File` as an argument"),
    ] {
        for (way, error) in refusals(Path::new(path))?.iter().enumerate() {
            let ErrorKind::Policy(defects) = error.kind() else { return Err(format!("{error}").into()) };
            assert!(matches!(&defects[..], [PolicyError::OfTheParent { key: "read", .. }]), "{error}");
            let for_programs =
                if advice.starts_with("presets") { "grant \"/proc\"" } else { "leave it out if it is a pipe" };
            let advice = if way > 0 { for_programs } else { advice };
            let text = format!("{error:#}");
            assert!(text.contains(advice) && text.contains(&format!("{path:?}")), "{text}");
        }
    }
    // As the advice for a program says.
    let own = presets::proc_self();
    let error = own.apply_to(&mut Command::new("/bin/true")).err().ok_or("it has no directory yet")?;
    assert!(format!("{error:#}").contains("grant \"/proc\""), "{error:#}");
    let programs = Policy::new().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)));
    for (policy, reads) in [(programs.clone().read("/proc"), true), (programs, false)] {
        let mut command = Command::new("/bin/cat");
        command.arg("/proc/self/status").stdout(Stdio::null()).stderr(Stdio::null());
        assert_eq!(policy.spawn(&mut command)?.wait()?.success(), reads);
    }
    Ok(())
}

fn what_is_the_parents_is_an_error_by_a_variable(_: &Scratch) -> Verdict {
    with_var("LANDLOCK_TESTS_VARIABLE", Some("/proc/self"), || {
        let policy = Policy::new().include(&Policy::new().read(optional(expand("$LANDLOCK_TESTS_VARIABLE/environ"))));
        let error = policy.apply_to(&mut Command::new("/bin/true")).err().ok_or("it is granted")?;
        assert!(error.to_string().contains("the rule would be on that of the parent"), "{error}");
        Ok(())
    })
}

fn what_leads_out_is_granted(scratch: &Scratch) -> Verdict {
    let file = scratch.file("file")?;
    std::env::set_current_dir(scratch.path())?;
    let cwd = PathBuf::from("/proc/self/cwd");
    for path in [cwd, Path::new("/proc/self/root").join(file.strip_prefix("/")?), PathBuf::from("/proc/self/exe")] {
        with(&path)?;
        let _ = Policy::new().read(&path).apply_to(&mut Command::new("/bin/true"))?;
    }
    Ok(())
}
