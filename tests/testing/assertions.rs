//! Pairs: what a policy allows, and what it denies, by each errno of Landlock.

use crate::{Directory, ignored};
use landlock_runtime::testing::{assert_allowed, assert_denied, require_abi};
use landlock_runtime::{Policy, Right, policy};
use rustix::process::{Pid, test_kill_process};
use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::process::Stdio;

#[test]
fn files() -> io::Result<()> {
    let directory = Directory::new("files")?;
    let (granted, other) = (directory.file("granted")?, directory.file("other")?);
    let policy = Policy::new().read(&granted);
    assert_allowed!(policy, File::open(&granted));
    assert_denied!(policy, File::open(&other));
    assert_denied!(&policy, fs::write(&granted, "other bytes"));
    assert_allowed!(policy!(read_write = granted), fs::write(&granted, "other bytes"));
    Ok(())
}

#[test]
fn what_is_used_up_takes_the_round() -> io::Result<()> {
    let directory = Directory::new("rounds")?;
    let (within, beside) = (directory.0.join("within"), directory.0.join("beside"));
    fs::create_dir(&within)?;
    fs::create_dir(&beside)?;
    let policy = Policy::new().read_write(&within);
    assert_allowed!(policy, |round| File::create_new(within.join(format!("{round}"))));
    assert_denied!(policy, |round| File::create_new(beside.join(format!("{round}"))));
    assert_eq!(fs::read_dir(&within)?.count(), 2);
    assert_eq!(fs::read_dir(&beside)?.count(), 1);
    Ok(())
}

/// Denied with `EXDEV`.
#[test]
fn renames_across_directories() -> io::Result<()> {
    if !require_abi(2) {
        return Ok(());
    }
    let directory = Directory::new("renames")?;
    let targets = ["granted", "denied"].map(|name| directory.0.join(name));
    for (target, name) in targets.iter().zip(["a", "b"]) {
        fs::create_dir(target)?;
        directory.file(&format!("{name}0"))?;
        directory.file(&format!("{name}1"))?;
    }
    let rename = |name: &str, target, round| fs::rename(directory.0.join(format!("{name}{round}")), target);
    let moves = Policy::new().write(&directory.0);
    let keeps = policy!(make_reg = &directory.0, remove_file = &directory.0);
    assert_allowed!(moves, |round| rename("a", targets[0].join(format!("{round}")), round));
    assert_denied!(keeps, |round| rename("b", targets[1].join(format!("{round}")), round));
    Ok(())
}

#[test]
fn ports() -> io::Result<()> {
    if !require_abi(4) {
        return Ok(());
    }
    let (open, closed) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    let policy = Policy::new().net_connect(open.local_addr()?.port());
    assert_allowed!(policy, TcpStream::connect(open.local_addr()?));
    assert_denied!(policy, TcpStream::connect(closed.local_addr()?));
    assert_denied!(policy, TcpListener::bind("127.0.0.1:0"));
    Ok(())
}

#[test]
fn sockets_by_path() -> io::Result<()> {
    if !require_abi(9) {
        return Ok(());
    }
    let directory = Directory::new("sockets")?;
    let path = directory.0.join("socket");
    let _listener = UnixListener::bind(&path)?;
    assert_allowed!(Policy::new().connect_unix(&path), UnixStream::connect(&path));
    assert_denied!(Policy::new().read_write(&path), UnixStream::connect(&path));
    Ok(())
}

#[test]
fn datagrams() -> io::Result<()> {
    if !require_abi(10) {
        return Ok(());
    }
    let [granted, other, sender] = [(); 3].map(|()| UdpSocket::bind("127.0.0.1:0").expect("a port is free"));
    let policy = Policy::new().udp_connect(granted.local_addr()?.port());
    assert_allowed!(policy, sender.send_to(b"bytes", granted.local_addr()?));
    assert_denied!(policy, sender.send_to(b"bytes", other.local_addr()?));
    Ok(())
}

/// Denied with `EPERM`.
#[test]
fn abstract_sockets_and_signals() -> io::Result<()> {
    if !require_abi(6) {
        return Ok(());
    }
    let address = SocketAddr::from_abstract_name(format!("landlock-testing-{}", std::process::id()))?;
    let _listener = UnixListener::bind_addr(&address)?;
    assert_denied!(Policy::new(), UnixStream::connect_addr(&address));
    assert_allowed!(policy!(unrestricted = abstract_unix), UnixStream::connect_addr(&address));
    // A thread alone has this scope only where erratum 2 is fixed.
    let mut child = ignored("started::waits")?.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let signal = || test_kill_process(Pid::from_child(&child)).map_err(io::Error::from);
    if Policy::new().require(Right::Signal).run(|| ()).is_ok() {
        assert_denied!(Policy::new(), signal());
    }
    assert_allowed!(policy!(unrestricted = signal), signal());
    assert!(child.wait()?.success());
    Ok(())
}

/// Errors that have one of the system in them.
#[test]
fn errors_of_other_types() {
    let policy = Policy::new().read("/usr");
    let open = || File::open("/etc/passwd");
    assert_denied!(policy, open().map_err(|error| Box::new(error) as Box<dyn std::error::Error + Send + Sync>));
    assert_denied!(policy, open().map_err(|error| io::Error::other(io::Error::other(error))));
    assert_denied!(policy, open().map_err(Wrapped));
}

/// Its source is the error.
#[derive(Debug)]
struct Wrapped(io::Error);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("wrapped")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
