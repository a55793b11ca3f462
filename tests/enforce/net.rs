//! TCP and UDP, on live loopback sockets: each port has a peer that would answer.

use crate::support::{Operation, list};
use landlock_runtime::{Feature, Policy, Right, each};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::num::NonZeroU16;

pub(crate) const CASES: &[Case] = &[
    case!(connect_to_a_granted_port).abi(4),
    case!(bind_of_a_granted_port).abi(4),
    case!(binding_closes_connecting).abi(4),
    case!(connecting_closes_binding).abi(4),
    case!(ephemeral_port_by_port_zero).abi(4),
    case!(ephemeral_port_is_a_port).abi(4),
    case!(ranges_and_each).abi(4),
    case!(port_granted_to_both_keys).abi(4),
    case!(ipv6_like_ipv4).abi(4),
    case!(unrestricted_tcp).abi(4),
    case!(unrestricted_right).abi(4),
    case!(listener_from_before_accepts).abi(4),
    case!(tcp_is_free_before_abi_4).below_abi(4),
    case!(udp_to_a_granted_port).abi(10),
    case!(udp_bind_of_a_granted_port).abi(10),
    case!(udp_is_free_before_abi_10).below_abi(10),
];

/// Listens on a free port.
pub(crate) fn listen() -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

pub(crate) fn connect(port: u16) -> Operation {
    Box::new(move |_| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop))
}

/// Binds the port of a listener, on another loopback address: nobody else can have taken it.
pub(crate) fn bind(port: u16) -> Operation {
    Box::new(move |_| TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), port)).map(drop))
}

/// The probes outside, and in a call that the policy restricts.
fn enforced(policy: &Policy, probes: &Probes<'_>) -> Verdict {
    probes.outside()?;
    policy.run(|| probes.inside())?
}

/// One operation that a policy allows, and one that it denies.
fn pair(policy: &Policy, allowed: (&str, Operation), denied: (&str, Operation)) -> Verdict {
    enforced(policy, &Probes::new().allowed(allowed.0, allowed.1).denied(denied.0, Errno::ACCESS, denied.1))
}

/// Ports are free where files are not.
fn free(connecting: Operation, binding: Operation) -> Probes<'static> {
    let free = Probes::new().allowed("connecting", connecting).allowed("binding", binding);
    free.denied("listing a directory", Errno::ACCESS, list("/usr"))
}

fn connect_to_a_granted_port(_: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (listen()?, listen()?);
    let probes = Probes::new().allowed("connecting to the port", connect(granted)).denied(
        "connecting to another",
        Errno::ACCESS,
        connect(other),
    );
    probes.outside()?;
    let _ = Policy::new().net_connect(granted).restrict_process()?;
    probes.inside()
}

fn bind_of_a_granted_port(_: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (listen()?, listen()?);
    let probes = Probes::new()
        .allowed("binding the port", bind(granted))
        .denied("binding another", Errno::ACCESS, bind(other))
        .denied("binding any", Errno::ACCESS, bind(0));
    probes.outside()?;
    let _ = Policy::new().net_bind(granted).restrict_process()?;
    probes.inside()
}

fn binding_closes_connecting(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    pair(&Policy::new().net_bind(port), ("binding", bind(port)), ("connecting", connect(port)))
}

fn connecting_closes_binding(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    pair(&Policy::new().net_connect(port), ("connecting", connect(port)), ("binding", bind(port)))
}

fn ephemeral_port_by_port_zero(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    pair(&Policy::new().net_bind(0), ("binding any port", bind(0)), ("binding this one", bind(port)))
}

/// A connection binds a port without asking.
fn ephemeral_port_is_a_port(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    pair(
        &Policy::new().net_connect(port),
        ("connecting, which binds silently", connect(port)),
        ("binding any port", bind(0)),
    )
}

fn ranges_and_each(_: &Scratch) -> Verdict {
    let mut listeners = (0..5).map(|_| listen()).collect::<io::Result<Vec<_>>>()?;
    listeners.sort_by_key(|(_, port)| *port);
    let ports: Vec<u16> = listeners.iter().map(|(_, port)| *port).collect();
    let probes = Probes::new()
        .denied("below the range", Errno::ACCESS, connect(ports[0]))
        .allowed("the start of the range", connect(ports[1]))
        .allowed("the end of the range", connect(ports[2]))
        .denied("between", Errno::ACCESS, connect(ports[3]))
        .allowed("one of a list", connect(ports[4]));
    probes.outside()?;
    let listed = NonZeroU16::new(ports[4]);
    Policy::new().net_connect(ports[1]..=ports[2]).net_connect(each(listed)).run(|| probes.inside())?
}

fn port_granted_to_both_keys(_: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (listen()?, listen()?);
    let probes = Probes::new()
        .allowed("connecting", connect(granted))
        .allowed("binding", bind(granted))
        .denied("connecting to another", Errno::ACCESS, connect(other))
        .denied("binding another", Errno::ACCESS, bind(other));
    enforced(&Policy::new().net_connect(granted).net_bind(granted), &probes)
}

fn ipv6_like_ipv4(_: &Scratch) -> Verdict {
    let ((first, granted), (second, other)) = (listen()?, listen()?);
    // The same port, to IPv4 peers by IPv6 sockets: needs no IPv6 address.
    let mapped = |port| move |_| TcpStream::connect((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), port)).map(drop);
    let probes = Probes::new().allowed("connecting to the port", mapped(granted)).denied(
        "connecting to another",
        Errno::ACCESS,
        mapped(other),
    );
    probes.outside()?;
    Policy::new().net_connect(granted).run(|| probes.inside())??;
    drop((first, second));
    Ok(())
}

fn unrestricted_tcp(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    enforced(&Policy::new().unrestricted(Feature::Tcp), &free(connect(port), bind(port)))
}

fn unrestricted_right(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    pair(&Policy::new().unrestricted(Right::BindTcp), ("binding", bind(port)), ("connecting", connect(port)))
}

fn listener_from_before_accepts(_: &Scratch) -> Verdict {
    let (listener, port) = listen()?;
    let client = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let again = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let probes = Probes::new().allowed("accepting", move |_| listener.accept().map(drop)).denied(
        "connecting",
        Errno::ACCESS,
        connect(port),
    );
    // The denied operation of the round outside is a client, too: three connections for two rounds.
    probes.outside()?;
    Policy::new().run(|| probes.inside())??;
    drop((client, again));
    Ok(())
}

fn tcp_is_free_before_abi_4(_: &Scratch) -> Verdict {
    let (_listener, port) = listen()?;
    let probes = free(connect(port), bind(port));
    probes.outside()?;
    let enforcement = Policy::new().restrict_process()?;
    assert!(enforcement.missing().contains(Feature::Tcp));
    probes.inside()
}

/// A socket that takes datagrams, and its port.
pub(crate) fn receive() -> io::Result<(UdpSocket, u16)> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = socket.local_addr()?.port();
    Ok((socket, port))
}

/// Sends a datagram from a socket made for it.
fn send(port: u16) -> Operation {
    Box::new(move |_| {
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?.send_to(b"datagram", (Ipv4Addr::LOCALHOST, port)).map(drop)
    })
}

pub(crate) fn bind_udp(port: u16) -> Operation {
    Box::new(move |_| UdpSocket::bind((Ipv4Addr::new(127, 0, 0, 2), port)).map(drop))
}

fn udp_to_a_granted_port(_: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (receive()?, receive()?);
    let probes = Probes::new()
        .allowed("sending to the port", send(granted))
        .denied("sending to another", Errno::ACCESS, send(other))
        .denied("binding one", Errno::ACCESS, bind_udp(granted));
    enforced(&Policy::new().udp_connect(granted), &probes)
}

fn udp_bind_of_a_granted_port(_: &Scratch) -> Verdict {
    let ((_first, granted), (_second, other)) = (receive()?, receive()?);
    let probes = Probes::new()
        .allowed("binding the port", bind_udp(granted))
        .denied("binding another", Errno::ACCESS, bind_udp(other))
        .denied("sending", Errno::ACCESS, send(granted));
    enforced(&Policy::new().udp_bind(granted), &probes)
}

fn udp_is_free_before_abi_10(_: &Scratch) -> Verdict {
    let (_socket, port) = receive()?;
    let probes = free(send(port), bind_udp(port));
    probes.outside()?;
    let enforcement = Policy::new().restrict_process()?;
    assert!(enforcement.missing().contains(Feature::Udp));
    probes.inside()
}
