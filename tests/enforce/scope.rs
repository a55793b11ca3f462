//! What reaches beyond the sandbox without a file or a port: signals, abstract UNIX sockets, and UNIX sockets by path.

use crate::support::{Operation, list, program};
use landlock_runtime::{Feature, Policy};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) const CASES: &[Case] = &[
    case!(signals_stay_inside).abi(6),
    case!(own_process_and_threads_can_be_signalled).abi(6),
    case!(unrestricted_signal).abi(6),
    case!(abstract_sockets_stay_inside).abi(6),
    case!(unrestricted_abstract_unix).abi(6),
    case!(scopes_are_free_before_abi_6).below_abi(6),
    case!(sockets_by_path).abi(9),
    case!(sockets_by_path_are_free_before_abi_9).below_abi(9),
];

/// A process that waits until this one is gone.
struct Bystander(Child);

impl Bystander {
    fn new() -> io::Result<Bystander> {
        let waiting = Command::new(program("cat")).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        Ok(Bystander(waiting))
    }

    fn ping(&self) -> Operation {
        let pid = Pid::from_child(&self.0);
        Box::new(move |_| Ok(test_kill_process(pid)?))
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Starts a process, kills it, and sees it killed.
fn kill_own_child(_: u32) -> io::Result<()> {
    let mut child = Command::new(program("sleep")).arg("60").spawn()?;
    kill_process(Pid::from_child(&child), Signal::KILL)?;
    child.wait().map(drop)
}

fn signals_stay_inside(_: &Scratch) -> Verdict {
    let bystander = Bystander::new()?;
    let probes = Probes::new().allowed("killing a child from inside", kill_own_child).denied(
        "signalling a process outside",
        Errno::PERM,
        bystander.ping(),
    );
    probes.outside()?;
    let _ = Policy::new().unrestricted(Feature::Fs).restrict_process()?;
    probes.inside()
}

/// A restricted thread can still signal the threads beside it, or the C library's `setuid` would abort.
fn own_process_and_threads_can_be_signalled(_: &Scratch) -> Verdict {
    let bystander = Bystander::new()?;
    let probes = Probes::new()
        .allowed("signalling the own process", |_| Ok(test_kill_process(rustix::process::getpid())?))
        .denied("signalling a process outside", Errno::PERM, bystander.ping());
    probes.outside()?;
    Policy::new().unrestricted(Feature::Fs).require(Feature::Signal).run(|| probes.inside())?
}

fn unrestricted_signal(_: &Scratch) -> Verdict {
    let bystander = Bystander::new()?;
    let probes = Probes::new().allowed("signalling a process outside", bystander.ping()).denied(
        "listing a directory",
        Errno::ACCESS,
        list("/usr"),
    );
    probes.outside()?;
    let _ = Policy::new().unrestricted(Feature::Signal).restrict_process()?;
    probes.inside()
}

/// An address that only this process and the given number name.
fn address(number: u32) -> io::Result<SocketAddr> {
    SocketAddr::from_abstract_name(format!("landlock-tests-{}-{number}", std::process::id()))
}

fn connect_to_a_new_socket(round: u32) -> io::Result<()> {
    let _listener = UnixListener::bind_addr(&address(round)?)?;
    UnixStream::connect_addr(&address(round)?).map(drop)
}

fn connect_to_the_socket_from_before(_: u32) -> io::Result<()> {
    UnixStream::connect_addr(&address(u32::MAX)?).map(drop)
}

fn abstract_sockets_stay_inside(_: &Scratch) -> Verdict {
    let _listener = UnixListener::bind_addr(&address(u32::MAX)?)?;
    let probes = Probes::new().allowed("connecting to a socket made inside", connect_to_a_new_socket).denied(
        "connecting to one made outside",
        Errno::PERM,
        connect_to_the_socket_from_before,
    );
    probes.outside()?;
    let _ = Policy::new().restrict_process()?;
    probes.inside()
}

fn unrestricted_abstract_unix(_: &Scratch) -> Verdict {
    let _listener = UnixListener::bind_addr(&address(u32::MAX)?)?;
    let bystander = Bystander::new()?;
    let probes = Probes::new()
        .allowed("connecting to a socket made outside", connect_to_the_socket_from_before)
        .denied("signalling a process outside", Errno::PERM, bystander.ping());
    probes.outside()?;
    let _ = Policy::new().unrestricted(Feature::AbstractUnix).restrict_process()?;
    probes.inside()
}

fn scopes_are_free_before_abi_6(_: &Scratch) -> Verdict {
    let _listener = UnixListener::bind_addr(&address(u32::MAX)?)?;
    let bystander = Bystander::new()?;
    let probes = Probes::new()
        .allowed("connecting to a socket made outside", connect_to_the_socket_from_before)
        .allowed("signalling a process outside", bystander.ping())
        .denied("listing a directory", Errno::ACCESS, list("/usr"));
    probes.outside()?;
    let enforcement = Policy::new().restrict_process()?;
    assert!(enforcement.missing().contains(Feature::Signal) && enforcement.missing().contains(Feature::AbstractUnix));
    probes.inside()
}

/// A listening socket under a name in the directory of the case.
fn socket(scratch: &Scratch, name: &str) -> io::Result<(UnixListener, PathBuf)> {
    let path = scratch.join(name);
    Ok((UnixListener::bind(&path)?, path))
}

fn connect(path: PathBuf) -> Operation {
    Box::new(move |_| UnixStream::connect(&path).map(drop))
}

fn sockets_by_path(scratch: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (socket(scratch, "granted")?, socket(scratch, "other")?);
    let probes = Probes::new().allowed("connecting to the socket", connect(granted.clone())).denied(
        "connecting to another",
        Errno::ACCESS,
        connect(other),
    );
    probes.outside()?;
    let _ = Policy::new().connect_unix(granted).restrict_process()?;
    probes.inside()
}

fn sockets_by_path_are_free_before_abi_9(scratch: &Scratch) -> Verdict {
    let (_listener, path) = socket(scratch, "socket")?;
    let probes = Probes::new().allowed("connecting to a socket", connect(path)).denied(
        "listing a directory",
        Errno::ACCESS,
        list("/usr"),
    );
    probes.outside()?;
    let enforcement = Policy::new().restrict_process()?;
    assert!(enforcement.missing().contains(Feature::Unix));
    probes.inside()
}
