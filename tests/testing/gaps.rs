//! What an older kernel lets by, seen: the operation that the next ABI denies, or cannot be granted before.

use crate::Directory;
use landlock_runtime::Policy;
use landlock_runtime::testing::{abi, assert_allowed, assert_denied, require_abi, run};
use rustix::fs::{Mode, OFlags, open};
use rustix::process::{getppid, test_kill_process};
use std::net::{TcpListener, TcpStream};
use std::{fs, io};

/// Denied, whatever is granted.
#[test]
fn refer_before_abi_2() -> io::Result<()> {
    if !require_abi(2) {
        return Ok(());
    }
    let directory = Directory::new("refer")?;
    let target = directory.0.join("target");
    fs::create_dir(&target)?;
    (0..4).try_for_each(|number| directory.file(&format!("{number}")).map(drop))?;
    let rename = |number: u32| fs::rename(directory.0.join(format!("{number}")), target.join(format!("{number}")));
    let policy = Policy::new().write(&directory.0);
    abi(1, || assert_denied!(policy, |round| rename(round)))?;
    abi(2, || assert_allowed!(policy, |round| rename(round + 2)))
}

/// Free, whatever is denied.
#[test]
fn truncate_before_abi_3() -> io::Result<()> {
    if !require_abi(3) {
        return Ok(());
    }
    let directory = Directory::new("truncate")?;
    let file = directory.file("file")?;
    let policy = Policy::new().read(&directory.0);
    let opened = |flags| open(&file, flags, Mode::empty()).map_err(io::Error::from);
    let emptied = || opened(OFlags::RDONLY | OFlags::TRUNC);
    for older in [1, 2] {
        abi(older, || assert_allowed!(policy, emptied()))?;
        abi(older, || assert_denied!(policy, opened(OFlags::WRONLY)))?;
    }
    abi(3, || assert_denied!(policy, emptied()))
}

#[test]
fn tcp_before_abi_4() -> io::Result<()> {
    if !require_abi(4) {
        return Ok(());
    }
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let connect = || TcpStream::connect(listener.local_addr()?);
    for older in [1, 2, 3] {
        abi(older, || assert_allowed!(Policy::new(), connect()))?;
        abi(older, || assert_allowed!(Policy::new(), TcpListener::bind("127.0.0.1:0")))?;
    }
    abi(4, || assert_denied!(Policy::new(), connect()))?;
    abi(4, || assert_denied!(Policy::new(), TcpListener::bind("127.0.0.1:0")))
}

/// In a process of its own, which has the signal scope whatever the errata.
#[test]
fn signals_before_abi_6() -> io::Result<()> {
    if !require_abi(6) {
        return Ok(());
    }
    let signals = || run(&Policy::new(), &(), |()| test_kill_process(getppid().expect("it has a parent")).is_ok());
    for older in 1..=5 {
        assert!(abi(older, signals)??, "ABI {older}");
    }
    assert!(!abi(6, signals)??);
    Ok(())
}
