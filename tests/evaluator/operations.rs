//! Operations at random, each as one raw system call, with the rights that it needs.

use crate::network::Peers;
use crate::raw::truncate;
use crate::world::{World, pick};
use fastrand::Rng;
use landlock_runtime::{Object, Right};
use landlock_tests::Errno;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, linkat, makedev, mknodat, open, renameat_with};
use rustix::process::test_kill_process;
use rustix::termios::tcgetwinsize;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

type Action = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

pub(crate) struct Operation {
    pub(crate) kind: &'static str,
    /// All of these rights.
    pub(crate) needs: Vec<(Object, Right)>,
    /// A file that must not come to a directory where more is allowed than where it was.
    pub(crate) moves: Option<(PathBuf, PathBuf)>,
    /// Makes what the operation uses up.
    pub(crate) prepare: Action,
    pub(crate) act: Action,
    /// The files that it uses or makes.
    victims: Vec<PathBuf>,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        self.needs.iter().try_for_each(|(object, right)| write!(f, ", {right} on {object}"))
    }
}

impl Operation {
    fn new(kind: &'static str, act: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Operation {
        let prepare = Box::new(|| Ok(()));
        Operation { kind, needs: Vec::new(), moves: None, prepare, act: Box::new(act), victims: Vec::new() }
    }

    fn needs(mut self, object: impl Into<Object>, right: Right) -> Operation {
        self.needs.push((object.into(), right));
        self
    }

    fn prepared(self, prepare: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Operation {
        Operation { prepare: Box::new(prepare), ..self }
    }

    fn leaves(mut self, victims: &[&Path]) -> Operation {
        self.victims.extend(victims.iter().map(|path| path.to_path_buf()));
        self
    }

    fn moves(self, file: &Path, directory: &Path) -> Operation {
        Operation { moves: Some((file.to_owned(), directory.to_owned())), ..self }
    }

    /// Takes away what it has left.
    pub(crate) fn clean(&self) -> io::Result<()> {
        for victim in &self.victims {
            let removed = match fs::symlink_metadata(victim) {
                Ok(found) if found.is_dir() => fs::remove_dir(victim),
                Ok(_) => fs::remove_file(victim),
                Err(error) => Err(error),
            };
            removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
        }
        Ok(())
    }
}

/// What the kernel answers to an operation of whose rights these are denied.
pub(crate) fn errno(denied: &[Right]) -> Errno {
    match denied {
        [Right::Signal | Right::AbstractUnixSocket, ..] => Errno::PERM,
        denied if denied.iter().all(|right| *right == Right::Refer) => Errno::XDEV,
        _ => Errno::ACCESS,
    }
}

/// One of every kind that this user can do at all; of executing, which takes longest, one in three times.
pub(crate) fn one_of_each(rng: &mut Rng, world: &World, peers: &Peers, root: bool) -> io::Result<Vec<Operation>> {
    let mut operations = on_files(rng, world)?;
    operations.extend((rng.u8(..3) == 0).then(|| executing(pick(rng, &world.paths.programs).as_path())));
    operations.extend(in_directories(rng, world, root));
    operations.extend(between_directories(rng, world));
    operations.extend(beyond_files(rng, world, peers)?);
    Ok(operations)
}

fn on_files(rng: &mut Rng, world: &World) -> io::Result<Vec<Operation>> {
    let mut operations = Vec::new();
    let mut file = || {
        let either = if rng.bool() { &world.paths.files } else { &world.paths.programs };
        pick(rng, either).clone()
    };
    let opening =
        |kind, path: PathBuf, flags| Operation::new(kind, move || Ok(open(&path, flags, Mode::empty()).map(drop)?));
    let (read, write, both) = (file(), file(), file());
    operations.push(opening("reading", read.clone(), OFlags::RDONLY).needs(read, Right::ReadFile));
    operations.push(opening("writing", write.clone(), OFlags::WRONLY).needs(write, Right::WriteFile));
    let read_write = opening("both", both.clone(), OFlags::RDWR);
    operations.push(read_write.needs(&both, Right::ReadFile).needs(both, Right::WriteFile));
    let same = file();
    let size = fs::metadata(&same)?.len();
    let path = same.clone();
    operations.push(Operation::new("truncating", move || truncate(&path, size)).needs(same, Right::Truncate));
    let (first, second) = (pick(rng, &world.paths.files).clone(), pick(rng, &world.paths.files).clone());
    let emptying = opening("emptying", first.clone(), OFlags::WRONLY | OFlags::TRUNC);
    operations.push(emptying.needs(&first, Right::WriteFile).needs(first, Right::Truncate));
    let emptying = opening("emptying for reading", second.clone(), OFlags::RDONLY | OFlags::TRUNC);
    operations.push(emptying.needs(&second, Right::ReadFile).needs(second, Right::Truncate));
    let (terminal, path) = (world.terminal.clone(), world.terminal.clone());
    let asking = move || Ok(tcgetwinsize(open(&path, OFlags::RDONLY | OFlags::NOCTTY, Mode::empty())?).map(drop)?);
    let asking = Operation::new("asking a device", asking);
    operations.push(asking.needs(&terminal, Right::ReadFile).needs(terminal, Right::IoctlDev));
    let held = File::open(pick(rng, &world.paths.files))?;
    let again = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()));
    let path = again.clone();
    let reopen = move || {
        let _held = &held;
        Ok(open(&path, OFlags::WRONLY, Mode::empty()).map(drop)?)
    };
    operations.push(Operation::new("opening again", reopen).needs(again, Right::WriteFile));
    Ok(operations)
}

fn executing(program: &Path) -> Operation {
    let path = program.to_owned();
    let run = move || {
        let status = Command::new(&path).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
    };
    Operation::new("executing", run).needs(program, Right::Execute).needs(program, Right::ReadFile)
}

fn in_directories(rng: &mut Rng, world: &World, root: bool) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut place = |name: &str| {
        let directory = pick(rng, &world.paths.directories).clone();
        (directory.join(name), directory)
    };
    let (_, listed) = place("");
    let path = listed.clone();
    let list = move || Ok(open(&path, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).map(drop)?);
    operations.push(Operation::new("listing", list).needs(listed, Right::ReadDir));
    let mut making = |kind, right, make: fn(&Path) -> io::Result<()>| {
        let (path, directory) = place(&format!("new {kind}"));
        let made = path.clone();
        operations.push(Operation::new(kind, move || make(&path)).needs(directory, right).leaves(&[&made]));
    };
    making("mkdir", Right::MakeDir, |path| fs::create_dir(path));
    making("mkfifo", Right::MakeFifo, |path| node(path, FileType::Fifo));
    making("mknod", Right::MakeReg, |path| node(path, FileType::RegularFile));
    making("symlink", Right::MakeSym, |path| symlink("/", path));
    making("bind", Right::MakeSock, |path| UnixListener::bind(path).map(drop));
    if root {
        making("char", Right::MakeChar, |path| node(path, FileType::CharacterDevice));
        making("block", Right::MakeBlock, |path| node(path, FileType::BlockDevice));
    }
    let (path, directory) = place("new file");
    let made = path.clone();
    let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
    let create = move || Ok(open(&path, new, Mode::RUSR).map(drop)?);
    let create = Operation::new("creating", create).leaves(&[&made]);
    operations.push(create.needs(&directory, Right::MakeReg).needs(directory, Right::WriteFile));

    let mut using =
        |kind, rights: &[Right], make: fn(&Path) -> io::Result<()>, act: fn(&Path, &Path) -> io::Result<()>| {
            let (path, directory) = place(&format!("old {kind}"));
            let other = directory.join(format!("other {kind}"));
            let (used, prepared, renamed) = (path.clone(), path.clone(), other.clone());
            let operation = Operation::new(kind, move || act(&used, &renamed)).prepared(move || make(&prepared));
            let needed = rights.iter().fold(operation, |operation, right| operation.needs(&directory, *right));
            operations.push(needed.leaves(&[&path, &other]));
        };
    let file: fn(&Path) -> io::Result<()> = |path| fs::write(path, "bytes");
    using("unlink", &[Right::RemoveFile], file, |path, _| fs::remove_file(path));
    using("unlink of a link", &[Right::RemoveFile], |path| symlink("/", path), |path, _| fs::remove_file(path));
    using("rmdir", &[Right::RemoveDir], |path| fs::create_dir(path), |path, _| fs::remove_dir(path));
    using("rename", &[Right::RemoveFile, Right::MakeReg], file, |path, other| fs::rename(path, other));
    let directory = |path: &Path| fs::create_dir(path);
    using("rename of a directory", &[Right::RemoveDir, Right::MakeDir], directory, |path, other| {
        fs::rename(path, other)
    });
    using("link", &[Right::MakeReg], file, |path, other| Ok(linkat(CWD, path, CWD, other, AtFlags::empty())?));
    operations
}

fn node(path: &Path, kind: FileType) -> io::Result<()> {
    Ok(mknodat(CWD, path, kind, Mode::RUSR, makedev(1, 3))?)
}

/// Where a file comes to another directory, `refer` is needed on both; and nothing may be allowed on it there that was not
/// allowed here.
fn between_directories(rng: &mut Rng, world: &World) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut between = |kind, remove: &[Right], act: fn(&Path, &Path) -> io::Result<()>| {
        let (from, to) = (pick(rng, &world.plain), pick(rng, &world.plain));
        if from == to {
            return;
        }
        let (old, new) = (from.join(format!("old {kind}")), to.join(format!("new {kind}")));
        let (used, prepared, moved) = (old.clone(), old.clone(), new.clone());
        let operation =
            Operation::new(kind, move || act(&used, &moved)).prepared(move || fs::write(&prepared, "bytes"));
        let operation = remove.iter().fold(operation, |operation, right| operation.needs(from, *right));
        let operation = operation.needs(to, Right::MakeReg).needs(from, Right::Refer).needs(to, Right::Refer);
        operations.push(operation.moves(&old, to).leaves(&[&old, &new]));
    };
    between("moving", &[Right::RemoveFile], |old, new| Ok(renameat_with(CWD, old, CWD, new, RenameFlags::NOREPLACE)?));
    between("linking", &[], |old, new| Ok(linkat(CWD, old, CWD, new, AtFlags::empty())?));
    operations
}

fn beyond_files(rng: &mut Rng, world: &World, peers: &Peers) -> io::Result<Vec<Operation>> {
    const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
    let mut operations = Vec::new();
    if !world.paths.sockets.is_empty() {
        let socket = pick(rng, &world.paths.sockets).clone();
        let path = socket.clone();
        let connect = move || UnixStream::connect(&path).map(drop);
        operations.push(Operation::new("connecting by path", connect).needs(socket, Right::ResolveUnix));
    }
    let name = SocketAddr::from_abstract_name(&peers.abstract_name)?;
    let connect = move || UnixStream::connect_addr(&name).map(drop);
    operations.push(Operation::new("connecting by name", connect).needs(Object::Outside, Right::AbstractUnixSocket));
    let pid = peers.bystander();
    let signal = Operation::new("signalling", move || Ok(test_kill_process(pid)?));
    operations.push(signal.needs(Object::Outside, Right::Signal));

    let (port, other) = (peers.port(rng), peers.port(rng));
    let connect = move || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop);
    operations.push(Operation::new("connecting", connect).needs(port, Right::ConnectTcp));
    // A listener's port is nobody else's, also at another address.
    let bound = if rng.u8(..4) == 0 { 0 } else { other };
    let bind = Operation::new("binding", move || TcpListener::bind((OTHER, bound)).map(drop));
    operations.push(bind.needs(bound, Right::BindTcp));
    let bind = Operation::new("binding UDP", move || UdpSocket::bind((OTHER, bound)).map(drop));
    operations.push(bind.needs(bound, Right::BindUdp));
    let send =
        move || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.send_to(b"datagram", (Ipv4Addr::LOCALHOST, port)).map(drop);
    operations.push(Operation::new("sending", send).needs(0, Right::BindUdp).needs(port, Right::ConnectSendUdp));
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let send = move || socket.send_to(b"datagram", (Ipv4Addr::LOCALHOST, other)).map(drop);
    operations.push(Operation::new("sending from a bound socket", send).needs(other, Right::ConnectSendUdp));
    Ok(operations)
}
