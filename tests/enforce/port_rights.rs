//! The keys of the kernel's own names that take ports: each grants exactly its right, where the other one is not enough.

use crate::net::{bind, bind_udp, connect, listen, receive};
use landlock_runtime::Policy;
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::net::{Ipv4Addr, UdpSocket};

pub(crate) const CASES: &[Case] = &[
    case!(bind_tcp).abi(4),
    case!(connect_tcp).abi(4),
    case!(bind_udp_of_a_port).abi(10),
    case!(connect_send_udp).abi(10),
    case!(connect_send_udp_binds_nothing).abi(10),
];

fn bind_tcp(_: &Scratch) -> Verdict {
    let ((_first, with), (_second, without)) = (listen()?, listen()?);
    let probes = Probes::new().allowed("with bind_tcp", bind(with)).denied("without", Errno::ACCESS, bind(without));
    probes.outside()?;
    let _ = Policy::new().bind_tcp(with).connect_tcp(without).restrict_process()?;
    probes.inside()
}

fn connect_tcp(_: &Scratch) -> Verdict {
    let ((_first, with), (_second, without)) = (listen()?, listen()?);
    let probes =
        Probes::new().allowed("with connect_tcp", connect(with)).denied("without", Errno::ACCESS, connect(without));
    probes.outside()?;
    let _ = Policy::new().connect_tcp(with).bind_tcp(without).restrict_process()?;
    probes.inside()
}

fn bind_udp_of_a_port(_: &Scratch) -> Verdict {
    let ((_first, with), (_second, without)) = (receive()?, receive()?);
    let probes =
        Probes::new().allowed("with bind_udp", bind_udp(with)).denied("without", Errno::ACCESS, bind_udp(without));
    probes.outside()?;
    let _ = Policy::new().bind_udp(with).connect_send_udp(without).restrict_process()?;
    probes.inside()
}

fn connect_send_udp(_: &Scratch) -> Verdict {
    let ((_first, with), (_second, without)) = (receive()?, receive()?);
    let bound = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let send = |port| {
        let bound = &bound;
        move |_| bound.send_to(b"bytes", (Ipv4Addr::LOCALHOST, port)).map(drop)
    };
    let probes =
        Probes::new().allowed("with connect_send_udp", send(with)).denied("without", Errno::ACCESS, send(without));
    probes.outside()?;
    let _ = Policy::new().connect_send_udp(with).bind_udp(without).restrict_process()?;
    probes.inside()
}

/// Which is why `udp_connect` grants port 0 to bind, too.
fn connect_send_udp_binds_nothing(_: &Scratch) -> Verdict {
    let (_socket, port) = receive()?;
    let send = |first: Option<UdpSocket>| {
        move |_| {
            let fresh = || rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM, None);
            let socket = match &first {
                Some(bound) => bound.try_clone()?,
                None => UdpSocket::from(fresh()?),
            };
            socket.send_to(b"bytes", (Ipv4Addr::LOCALHOST, port)).map(drop)
        }
    };
    let bound = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let probes = Probes::new().allowed("from a socket that is bound", send(Some(bound))).denied(
        "from one that is not",
        Errno::ACCESS,
        send(None),
    );
    probes.outside()?;
    let _ = Policy::new().connect_send_udp(port).restrict_process()?;
    probes.inside()
}
