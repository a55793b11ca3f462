//! `quiet`: a denial that it names makes no record, and one beside it does.

use crate::log::names;
use crate::{Question, denied, open_denied};
use landlock_runtime::{Feature, Policy, Right};
use std::fs::OpenOptions;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

pub(crate) fn paths(question: &mut Question<'_>) {
    let directory = question.directory.to_owned();
    let (reading, policy) = (|| Policy::new().quiet(Right::ReadFile), Policy::new);
    assert!(question.is_logged(|file| open_denied(&policy(), file)), "nothing is quiet by default");
    assert!(!question.is_logged(|file| open_denied(&reading().quiet_paths(file), file)), "the path");
    let other = question.file();
    assert!(question.is_logged(|file| open_denied(&reading().quiet_paths(&other), file)), "another path");
    assert!(question.is_logged(|file| open_denied(&reading(), file)), "no path");
    assert!(question.is_logged(|file| open_denied(&policy().quiet_paths(file), file)), "no right");
    let writing = policy().quiet(Right::WriteFile);
    assert!(question.is_logged(|file| open_denied(&writing.quiet_paths(file), file)), "another right");
    // Beneath a directory. The marker is denied by a layer of its own, which nothing makes quiet.
    assert!(!question.is_logged(|file| open_denied(&policy().quiet(Feature::Fs).quiet_paths(&directory), file)));

    let file = question.file();
    let written = question.records(|| {
        let write = || OpenOptions::new().write(true).open(&file).map(drop);
        denied(&reading().quiet_paths(&file), write);
    });
    let about_it: Vec<_> = written.iter().filter(|record| names(record, &file)).collect();
    assert!(about_it.len() == 1 && about_it[0].contains("blockers=fs.write_file"), "{about_it:?}");
}

fn connect(port: u16) -> io::Result<()> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop)
}

/// The port of a listener, on another loopback address.
fn bind(port: u16) -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), port)).map(drop)
}

fn send(port: u16) -> io::Result<()> {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.send_to(b"datagram", (Ipv4Addr::LOCALHOST, port)).map(drop)
}

pub(crate) fn ports(question: &mut Question<'_>) {
    let listeners = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"));
    let [port, other] = listeners.each_ref().map(|listener| listener.local_addr().expect("an address").port());
    let mut logged = |policy: Policy, what: &str, attempt: fn(u16) -> io::Result<()>, port| {
        attempt(port).expect("a denial is the sandbox's");
        let records = question.records(|| denied(&policy, || attempt(port)));
        let end = if what == "bind_tcp" { "src" } else { "dest" };
        let texts = [format!("blockers=net.{what}"), format!("{end}={port}")];
        records.iter().any(|record| texts.iter().all(|text| record.split([' ', '\0']).any(|word| word == text)))
    };
    let policy = || Policy::new().udp_bind(0).quiet_ports(port);
    let tcp = || policy().quiet(Right::ConnectTcp);
    assert!(logged(policy(), "connect_tcp", connect, port), "no right");
    assert!(!logged(tcp(), "connect_tcp", connect, port), "the port");
    assert!(logged(tcp(), "connect_tcp", connect, other), "another port");
    assert!(logged(tcp(), "bind_tcp", bind, port), "another right");
    assert!(!logged(tcp().quiet(Right::BindTcp), "bind_tcp", bind, port), "that one, too");

    let udp = || policy().quiet(Right::ConnectSendUdp);
    assert!(!logged(udp(), "connect_send_udp", send, port), "the port");
    assert!(logged(udp(), "connect_send_udp", send, other), "another port");
}

pub(crate) fn scopes(question: &mut Question<'_>) {
    let name = format!("landlock-tests-audit-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let _listener = UnixListener::bind_addr(&address).expect("nobody has it");
    let connect = || UnixStream::connect_addr(&address).map(drop);
    let parent = rustix::process::getppid().expect("somebody started this");
    let signal = || Ok(rustix::process::test_kill_process(parent)?);
    connect().and_then(|()| signal()).expect("both are there");

    // Names are hexadecimal, with the NUL byte in front.
    let socket = name.bytes().fold("path=00".to_owned(), |text, byte| format!("{text}{byte:02X}"));
    let target = format!("opid={} ", parent.as_raw_nonzero());
    let mut logged = |policy: Policy| {
        let records = question.records(|| {
            denied(&policy, connect);
            denied(&policy, signal);
        });
        let is_about = |blocker: &str, text: &str| {
            records.iter().any(|record| record.contains(&format!("blockers={blocker} ")) && record.contains(text))
        };
        (is_about("scope.abstract_unix_socket", &socket), is_about("scope.signal", &target))
    };
    assert_eq!(logged(Policy::new()), (true, true), "nothing is quiet by default");
    assert_eq!(logged(Policy::new().quiet(Right::Signal)), (true, false));
    assert_eq!(logged(Policy::new().quiet(Feature::AbstractUnix)), (false, true));
    assert_eq!(logged(Policy::new().quiet(Right::Signal).quiet(Feature::AbstractUnix)), (false, false));
    assert_eq!(logged(Policy::new().quiet(Feature::Fs).quiet_paths("/")), (true, true), "other rights");
}
