//! Which right each key grants. Every operation needs one right (a truncating open two) and is tried under the key that
//! grants it, under the others, and where nothing is granted.

use crate::support::{copy_program, run_programs};
use landlock_runtime::{Policy, Right, Rights};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::fs::{CWD, FileType, Mode, OFlags, makedev, mknodat, open};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(read_grants_its_rights_and_no_other),
    case!(write_grants_its_rights_and_no_other),
    case!(read_write_grants_both),
    case!(exec_grants_execute_and_reading),
    case!(read_and_write_of_one_path_unite),
    case!(nothing_grants_device_nodes).only_root(),
    case!(truncating_is_writing).abi(3),
    case!(devices_opened_inside_take_no_commands).abi(5),
];

const READ: &[Right] = &[Right::ReadFile, Right::ReadDir];
const EXEC: &[Right] = &[Right::Execute, Right::ReadFile, Right::ReadDir];
const WRITE: &[Right] = &[
    Right::WriteFile,
    Right::MakeReg,
    Right::MakeDir,
    Right::MakeSym,
    Right::MakeFifo,
    Right::MakeSock,
    Right::RemoveFile,
    Right::RemoveDir,
];

/// How often a probe can use something up.
const ROUNDS: u32 = 3;

/// A directory with all that the operations need.
fn furnish(scratch: &Scratch, name: &str) -> io::Result<PathBuf> {
    let directory = scratch.directory(name)?;
    scratch.file(directory.join("file"))?;
    copy_program("true", &directory.join("true"))?;
    for round in 0..ROUNDS {
        scratch.file(directory.join(format!("old-{round}")))?;
        scratch.directory(directory.join(format!("old-directory-{round}")))?;
    }
    Ok(directory)
}

/// Does what needs this right, in a furnished directory.
fn exercise(right: Right, directory: &Path, round: u32) -> io::Result<()> {
    let new = directory.join(format!("new-{right}-{round}"));
    let node = |kind| Ok(mknodat(CWD, &new, kind, Mode::RUSR | Mode::WUSR, makedev(1, 3))?);
    match right {
        Right::Execute => Command::new(directory.join("true")).status().map(drop),
        Right::ReadFile => File::open(directory.join("file")).map(drop),
        Right::ReadDir => fs::read_dir(directory).map(drop),
        Right::WriteFile => OpenOptions::new().write(true).open(directory.join("file")).map(drop),
        Right::MakeReg => node(FileType::RegularFile),
        Right::MakeDir => fs::create_dir(new),
        Right::MakeSym => symlink("file", new),
        Right::MakeFifo => node(FileType::Fifo),
        Right::MakeChar => node(FileType::CharacterDevice),
        Right::MakeBlock => node(FileType::BlockDevice),
        Right::MakeSock => UnixListener::bind(new).map(drop),
        Right::RemoveFile => fs::remove_file(directory.join(format!("old-{round}"))),
        Right::RemoveDir => fs::remove_dir(directory.join(format!("old-directory-{round}"))),
        _ => unreachable!("{right} has a case of its own"),
    }
}

/// Under a key, exactly these rights; beside it, none.
fn exactly(scratch: &Scratch, rights: &[Right], grant: impl FnOnce(Policy, &Path) -> Policy) -> Verdict {
    let (granted, beside) = (furnish(scratch, "granted")?, furnish(scratch, "beside")?);
    let mut probes = Probes::new();
    for right in [EXEC, WRITE].concat() {
        let under = {
            let granted = granted.clone();
            move |round| exercise(right, &granted, round)
        };
        let outside = {
            let beside = beside.clone();
            move |round| exercise(right, &beside, round)
        };
        let what = format!("{right} under the key");
        let granted = rights.contains(&right);
        probes = if granted { probes.allowed(what, under) } else { probes.denied(what, Errno::ACCESS, under) };
        probes = probes.denied(format!("{right} beside it"), Errno::ACCESS, outside);
    }
    probes.outside()?;
    let enforcement = grant(run_programs(Policy::new()), &granted).restrict_process()?;
    assert!(enforcement.enforced().contains(Rights::of(rights)));
    probes.inside()
}

fn read_grants_its_rights_and_no_other(scratch: &Scratch) -> Verdict {
    exactly(scratch, READ, |policy, path| policy.read(path))
}

fn write_grants_its_rights_and_no_other(scratch: &Scratch) -> Verdict {
    exactly(scratch, WRITE, |policy, path| policy.write(path))
}

fn read_write_grants_both(scratch: &Scratch) -> Verdict {
    exactly(scratch, &[READ, WRITE].concat(), |policy, path| policy.read_write(path))
}

fn exec_grants_execute_and_reading(scratch: &Scratch) -> Verdict {
    exactly(scratch, EXEC, |policy, path| policy.exec(path))
}

fn read_and_write_of_one_path_unite(scratch: &Scratch) -> Verdict {
    exactly(scratch, &[READ, WRITE].concat(), |policy, path| policy.read(path).write(path))
}

fn nothing_grants_device_nodes(scratch: &Scratch) -> Verdict {
    let directory = furnish(scratch, "granted")?;
    let make = |right| {
        let directory = directory.clone();
        move |round| exercise(right, &directory, round)
    };
    let probes = Probes::new()
        .allowed("make_reg", make(Right::MakeReg))
        .denied("make_char", Errno::ACCESS, make(Right::MakeChar))
        .denied("make_block", Errno::ACCESS, make(Right::MakeBlock));
    probes.outside()?;
    Policy::new().read_write(&directory).exec(&directory).run(|| probes.inside())?
}

fn truncating_is_writing(scratch: &Scratch) -> Verdict {
    let truncate = |path: &Path, access: OFlags| {
        let path = path.join("file");
        move |_| Ok(open(&path, access | OFlags::TRUNC, Mode::empty()).map(drop)?)
    };
    let [read, write, both, exec] = ["read", "write", "both", "exec"].map(|name| furnish(scratch, name));
    let (read, write, both, exec) = (read?, write?, both?, exec?);
    // Reading is granted where only truncating is denied.
    let probes = Probes::new()
        .allowed("truncating under write", truncate(&write, OFlags::WRONLY))
        .allowed("truncating under read_write", truncate(&both, OFlags::RDONLY))
        .denied("truncating under read", Errno::ACCESS, truncate(&read, OFlags::RDONLY))
        .denied("truncating under exec", Errno::ACCESS, truncate(&exec, OFlags::RDONLY));
    probes.outside()?;
    Policy::new().read(&read).write(&write).read_write(&both).exec(&exec).run(|| probes.inside())?
}

fn devices_opened_inside_take_no_commands(_: &Scratch) -> Verdict {
    let terminal = || open("/dev/ptmx", OFlags::RDWR | OFlags::NOCTTY, Mode::empty());
    let before = terminal()?;
    let size = |terminal: &OwnedFd| Ok(rustix::termios::tcgetwinsize(terminal).map(drop)?);
    let probes = Probes::new()
        .allowed("opening a terminal", move |_| Ok(terminal().map(drop)?))
        .allowed("the size of one opened before", move |_| size(&before))
        .denied("the size of one opened inside", Errno::ACCESS, move |_| size(&terminal()?));
    probes.outside()?;
    Policy::new().read_write("/dev/ptmx").run(|| probes.inside())?
}
