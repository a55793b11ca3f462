//! The keys of the kernel's own names: each grants exactly its right. An operation works where the right is granted, with
//! what it needs besides; and not where every other single right is.

use crate::support::{copy_program, read, write};
use landlock_runtime::{Policy, Right, each, optional};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::fs::{CWD, FileType, Mode, OFlags, makedev, mknodat, open};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(execute),
    case!(write_file),
    case!(read_file),
    case!(read_dir),
    case!(remove_dir),
    case!(remove_file),
    case!(make_char).only_root(),
    case!(make_dir),
    case!(make_reg),
    case!(make_sock),
    case!(make_fifo),
    case!(make_block).only_root(),
    case!(make_sym),
    case!(refer).abi(2),
    case!(truncate).abi(3),
    case!(ioctl_dev).abi(5),
    case!(resolve_unix).abi(9),
];

type Grant = fn(Policy, &Path) -> Policy;

const FILES: [(Right, Grant); 17] = [
    (Right::Execute, |policy, path| policy.execute(path)),
    (Right::WriteFile, |policy, path| policy.write_file(path)),
    (Right::ReadFile, |policy, path| policy.read_file(path)),
    (Right::ReadDir, |policy, path| policy.read_dir(path)),
    (Right::RemoveDir, |policy, path| policy.remove_dir(path)),
    (Right::RemoveFile, |policy, path| policy.remove_file(path)),
    (Right::MakeChar, |policy, path| policy.make_char(path)),
    (Right::MakeDir, |policy, path| policy.make_dir(path)),
    (Right::MakeReg, |policy, path| policy.make_reg(path)),
    (Right::MakeSock, |policy, path| policy.make_sock(path)),
    (Right::MakeFifo, |policy, path| policy.make_fifo(path)),
    (Right::MakeBlock, |policy, path| policy.make_block(path)),
    (Right::MakeSym, |policy, path| policy.make_sym(path)),
    (Right::Refer, |policy, path| policy.refer(path)),
    (Right::Truncate, |policy, path| policy.truncate(path)),
    (Right::IoctlDev, |policy, path| policy.ioctl_dev(path)),
    (Right::ResolveUnix, |policy, path| policy.resolve_unix(path)),
];

/// Grants these rights, each by the method of its own name.
fn grant(policy: Policy, granted: impl Fn(Right) -> bool, path: &Path) -> Policy {
    FILES.iter().filter(|(right, _)| granted(*right)).fold(policy, |policy, (_, grant)| grant(policy, path))
}

/// The operation on one object, where the right is granted, and on another, where every other one of `all` is.
fn exactly<O>(
    right: Right,
    besides: &[Right],
    all: &[Right],
    objects: [PathBuf; 2],
    operation: fn(PathBuf) -> O,
) -> Verdict
where
    O: Fn(u32) -> io::Result<()> + Send + Sync + 'static,
{
    let errno = if right == Right::Refer { Errno::XDEV } else { Errno::ACCESS };
    let [with, without] = objects;
    let policy = grant(Policy::new(), |other| other == right || besides.contains(&other), &with);
    let mut policy = grant(policy, |other| other != right && all.contains(&other), &without);
    if right == Right::Execute {
        let system = ["/usr", "/bin", "/lib", "/lib64"].map(optional);
        policy = policy.execute(each(&system)).read_file(each(&system));
    }
    let probes = Probes::new().allowed(format!("with {right}"), operation(with)).denied(
        format!("with all but {right}"),
        errno,
        operation(without),
    );
    probes.outside()?;
    let enforcement = policy.require(right).restrict_process()?;
    assert!(enforcement.enforced().contains(right));
    probes.inside()
}

/// In two directories that have been furnished alike.
fn in_directories<O>(
    scratch: &Scratch,
    right: Right,
    besides: &[Right],
    furnish: impl Fn(&Path) -> io::Result<()>,
    operation: fn(PathBuf) -> O,
) -> Verdict
where
    O: Fn(u32) -> io::Result<()> + Send + Sync + 'static,
{
    let objects = [scratch.directory("with")?, scratch.directory("without")?];
    objects.iter().try_for_each(|directory| furnish(directory))?;
    exactly(right, besides, Right::ALL, objects, operation)
}

/// Something to make, under a new name in each round.
fn making<O>(scratch: &Scratch, right: Right, operation: fn(PathBuf) -> O) -> Verdict
where
    O: Fn(u32) -> io::Result<()> + Send + Sync + 'static,
{
    in_directories(scratch, right, &[], |_| Ok(()), operation)
}

fn node(directory: &Path, round: u32, kind: FileType) -> io::Result<()> {
    Ok(mknodat(CWD, directory.join(round.to_string()), kind, Mode::RUSR, makedev(1, 3))?)
}

fn execute(scratch: &Scratch) -> Verdict {
    let furnish = |directory: &Path| copy_program("true", &directory.join("true"));
    in_directories(scratch, Right::Execute, &[Right::ReadFile], furnish, |directory| {
        move |_| Command::new(directory.join("true")).status().map(drop)
    })
}

fn file(directory: &Path) -> io::Result<()> {
    fs::write(directory.join("file"), "bytes")
}

fn write_file(scratch: &Scratch) -> Verdict {
    in_directories(scratch, Right::WriteFile, &[], file, |directory| write(directory.join("file")))
}

fn read_file(scratch: &Scratch) -> Verdict {
    in_directories(scratch, Right::ReadFile, &[], file, |directory| read(directory.join("file")))
}

fn read_dir(scratch: &Scratch) -> Verdict {
    making(scratch, Right::ReadDir, |directory| move |_| fs::read_dir(&directory).map(drop))
}

fn remove_dir(scratch: &Scratch) -> Verdict {
    let furnish = |directory: &Path| (0..2).try_for_each(|round| fs::create_dir(directory.join(round.to_string())));
    in_directories(scratch, Right::RemoveDir, &[], furnish, |directory| {
        move |round| fs::remove_dir(directory.join(round.to_string()))
    })
}

fn remove_file(scratch: &Scratch) -> Verdict {
    let furnish = |directory: &Path| (0..2).try_for_each(|round| fs::write(directory.join(round.to_string()), ""));
    in_directories(scratch, Right::RemoveFile, &[], furnish, |directory| {
        move |round| fs::remove_file(directory.join(round.to_string()))
    })
}

fn make_char(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeChar, |directory| move |round| node(&directory, round, FileType::CharacterDevice))
}

fn make_block(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeBlock, |directory| move |round| node(&directory, round, FileType::BlockDevice))
}

fn make_reg(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeReg, |directory| move |round| node(&directory, round, FileType::RegularFile))
}

fn make_fifo(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeFifo, |directory| move |round| node(&directory, round, FileType::Fifo))
}

fn make_dir(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeDir, |directory| move |round| fs::create_dir(directory.join(round.to_string())))
}

fn make_sock(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeSock, |directory| {
        move |round| UnixListener::bind(directory.join(round.to_string())).map(drop)
    })
}

fn make_sym(scratch: &Scratch) -> Verdict {
    making(scratch, Right::MakeSym, |directory| move |round| symlink("target", directory.join(round.to_string())))
}

fn refer(scratch: &Scratch) -> Verdict {
    let furnish = |directory: &Path| {
        fs::create_dir(directory.join("to"))?;
        (0..2).try_for_each(|round| fs::write(directory.join(round.to_string()), ""))
    };
    in_directories(scratch, Right::Refer, &[Right::RemoveFile, Right::MakeReg], furnish, |directory| {
        move |round| fs::rename(directory.join(round.to_string()), directory.join("to").join(round.to_string()))
    })
}

/// Opened for reading, so that nothing but emptying it is writing.
fn truncate(scratch: &Scratch) -> Verdict {
    in_directories(scratch, Right::Truncate, &[Right::ReadFile], file, |directory| {
        move |_| Ok(open(directory.join("file"), OFlags::RDONLY | OFlags::TRUNC, Mode::empty()).map(drop)?)
    })
}

fn ioctl_dev(_: &Scratch) -> Verdict {
    let terminal = || -> io::Result<(OwnedFd, PathBuf)> {
        let master = rustix::pty::openpt(rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY)?;
        rustix::pty::unlockpt(&master)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?.into_string().map_err(io::Error::other)?;
        Ok((master, name.into()))
    };
    let ((_first, with), (_second, without)) = (terminal()?, terminal()?);
    let of_files = [Right::Execute, Right::WriteFile, Right::ReadFile, Right::Truncate];
    exactly(Right::IoctlDev, &[Right::ReadFile], &of_files, [with, without], |path| {
        move |_| {
            let terminal = open(&path, OFlags::RDONLY | OFlags::NOCTTY, Mode::empty())?;
            Ok(rustix::termios::tcgetwinsize(terminal).map(drop)?)
        }
    })
}

fn resolve_unix(scratch: &Scratch) -> Verdict {
    let listeners = ["with", "without"].map(|name| UnixListener::bind(scratch.directory(name)?.join("socket")));
    let furnish = |_: &Path| Ok(());
    in_directories(scratch, Right::ResolveUnix, &[], furnish, |directory| {
        move |_| UnixStream::connect(directory.join("socket")).map(drop)
    })?;
    for listener in listeners {
        listener?;
    }
    Ok(())
}
