//! What is outside every sandbox, and answers: listeners on ports and sockets, and a process that waits.

use fastrand::Rng;
use rustix::process::Pid;
use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Peers for as long as the process lives.
pub(crate) struct Peers {
    /// TCP and UDP alike.
    pub(crate) ports: Vec<u16>,
    pub(crate) abstract_name: String,
    bystander: Child,
    /// They only have to be there.
    receivers: Vec<UdpSocket>,
}

impl Peers {
    pub(crate) fn new() -> io::Result<Peers> {
        let listeners = (0..4).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<io::Result<Vec<_>>>()?;
        let mut peers = Peers {
            ports: Vec::new(),
            abstract_name: format!("landlock-tests-{}", std::process::id()),
            bystander: Command::new("sleep").arg("600").stdin(Stdio::null()).spawn()?,
            receivers: Vec::new(),
        };
        for listener in listeners {
            let port = listener.local_addr()?.port();
            // Another protocol's port of the same number may be taken: then the port is only of use for TCP.
            peers.receivers.extend(UdpSocket::bind((Ipv4Addr::LOCALHOST, port)));
            peers.ports.push(port);
            thread::spawn(move || listener.incoming().for_each(drop));
        }
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&peers.abstract_name)?)?;
        thread::spawn(move || listener.incoming().for_each(drop));
        Ok(peers)
    }

    pub(crate) fn port(&self, rng: &mut Rng) -> u16 {
        self.ports[rng.usize(..self.ports.len())]
    }

    pub(crate) fn bystander(&self) -> Pid {
        Pid::from_child(&self.bystander)
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.bystander.kill();
        let _ = self.bystander.wait();
    }
}
