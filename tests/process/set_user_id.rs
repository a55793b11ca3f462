//! A program with the set-user-id bit is nobody's worker: its environment is somebody else's. So it starts none either, for a
//! child of it would be the program once more, `main` and all. Needs root, and a file system that heeds the bit.

use crate::programs::{FLAG, NO_MAIN};
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) const CASES: &[Case] = &[
    case!(it_ends_rather_than_run_its_main_as_a_child).only_root(),
    case!(it_starts_no_worker).only_root(),
    case!(one_that_was_not_privileged_starts_none_either).only_root(),
];

const OWNER: u32 = 65533;
const CALLER: u32 = 65534;

#[sandbox(isolate = process)]
fn pid() -> Result<u32, landlock_runtime::Error> {
    Ok(std::process::id())
}

/// The program of one that has a sandboxed function.
pub(crate) fn calls() -> Verdict {
    println!("main ran");
    println!("{}", pid().map_or_else(|error| error.to_string(), |pid| format!("in {pid}")));
    Ok(())
}

/// A copy of this program with other rights; none where the bit means nothing.
fn copy(scratch: &Scratch, owner: u32, mode: u32) -> Result<Option<PathBuf>, Box<dyn std::error::Error + Send + Sync>> {
    let flags = rustix::fs::statvfs(scratch.path())?.f_flag;
    if flags.contains(rustix::fs::StatVfsMountFlags::NOSUID) {
        println!("SKIPPED: {:?} is mounted nosuid", scratch.path());
        return Ok(None);
    }
    let copy = scratch.join("program");
    // By another process: while a descriptor that writes it is open anywhere, it cannot start.
    assert!(Command::new("cp").arg(std::env::current_exe()?).arg(&copy).status()?.success());
    chown(&copy, Some(owner), Some(owner))?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(mode))?;
    Ok(Some(copy))
}

fn run(copy: &Path, user: u32, program: &str) -> std::io::Result<Output> {
    let mut command = Command::new(copy);
    command.args([FLAG, program]).env("LANDLOCK_RUNTIME_WORKER", "0".repeat(32)).env(NO_MAIN, "").current_dir("/");
    command.uid(user).gid(user).output()
}

/// A parent that did not know what it starts would have its own `main` run again in each child, and in theirs.
fn it_ends_rather_than_run_its_main_as_a_child(scratch: &Scratch) -> Verdict {
    let Some(copy) = copy(scratch, OWNER, 0o755)? else { return Ok(()) };
    let plain = String::from_utf8(run(&copy, CALLER, "again")?.stdout)?;
    assert!(plain.starts_with("Some(113) ") && !plain.contains("main ran"), "without the bit: {plain}");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o4755))?;
    let set_user_id = String::from_utf8(run(&copy, CALLER, "again")?.stdout)?;
    assert_eq!(set_user_id, "Some(113) \n");
    Ok(())
}

fn it_starts_no_worker(scratch: &Scratch) -> Verdict {
    let Some(copy) = copy(scratch, OWNER, 0o755)? else { return Ok(()) };
    let plain = String::from_utf8(run(&copy, CALLER, "calls")?.stdout)?;
    assert!(plain.starts_with("main ran\nin "), "without the bit: {plain}");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o4755))?;
    let set_user_id = String::from_utf8(run(&copy, CALLER, "calls")?.stdout)?;
    assert!(set_user_id.starts_with("main ran\n") && set_user_id.contains("set-user-id"), "{set_user_id}");
    assert!(!set_user_id.contains("again"), "{set_user_id}");
    Ok(())
}

/// Root starts root's own program, so it gains nothing at its start; a child of the user it becomes would.
fn one_that_was_not_privileged_starts_none_either(scratch: &Scratch) -> Verdict {
    let Some(copy) = copy(scratch, 0, 0o4755)? else { return Ok(()) };
    let ran = run(&copy, 0, "calls")?;
    let said = String::from_utf8(ran.stdout)?;
    assert!(said.starts_with("main ran\n") && said.contains("set-user-id"), "{said}");
    Ok(())
}
