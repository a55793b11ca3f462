//! The kernel's audit log, read by the socket that is for it: switched on, the records about Landlock come out.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, bind, netlink, recv, sendto, socket};
use std::io;
use std::path::Path;

/// `AUDIT_GET`, `AUDIT_SET`, `AUDIT_LANDLOCK_ACCESS`; `NLMSG_ERROR` and `NLM_F_REQUEST | NLM_F_ACK`.
const GET: u16 = 1000;
const SET: u16 = 1001;
const LANDLOCK_ACCESS: u16 = 1423;
const ERROR: u16 = 2;
const REQUEST: u16 = 5;
/// The multicast group of those who only read: nobody's daemon is put out of work.
const READERS: u32 = 1;

/// The audit log while it is switched on; as it was, afterwards.
pub(crate) struct Audit {
    records: OwnedFd,
    control: OwnedFd,
    was_enabled: u32,
}

impl Audit {
    pub(crate) fn open() -> io::Result<Audit> {
        let open = || socket(AddressFamily::NETLINK, SocketType::RAW, Some(netlink::AUDIT));
        let (records, control) = (open()?, open()?);
        bind(&records, &SocketAddrNetlink::new(0, READERS))?;
        send(&control, GET, &[])?;
        let mut was_enabled = None;
        // The answer, and the acknowledgement.
        for _ in 0..2 {
            let (kind, body) = receive(&control)?.ok_or(io::ErrorKind::TimedOut)?;
            match kind {
                GET => was_enabled = Some(word(&body, 1)),
                _ => accepted(kind, &body)?,
            }
        }
        let audit = Audit { records, control, was_enabled: was_enabled.ok_or(io::ErrorKind::InvalidData)? };
        audit.enable(1)?;
        Ok(audit)
    }

    fn enable(&self, enabled: u32) -> io::Result<()> {
        const ENABLED: u32 = 1;
        send(&self.control, SET, &[ENABLED, enabled, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let (kind, body) = receive(&self.control)?.ok_or(io::ErrorKind::TimedOut)?;
        accepted(kind, &body)
    }

    /// The texts of the records about Landlock, up to the one about this path.
    pub(crate) fn until(&self, marker: &Path) -> io::Result<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            let (kind, body) = receive(&self.records)?.ok_or(io::ErrorKind::TimedOut)?;
            let text = String::from_utf8_lossy(&body).into_owned();
            if kind != LANDLOCK_ACCESS {
                continue;
            }
            if names(&text, marker) {
                return Ok(texts);
            }
            texts.push(text);
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        if let Err(error) = self.enable(self.was_enabled) {
            eprintln!("the audit log stays switched on: {error}");
        }
    }
}

pub(crate) fn names(record: &str, path: &Path) -> bool {
    record.contains(&format!("path=\"{}\"", path.display()))
}

fn send(socket: &OwnedFd, kind: u16, body: &[u32]) -> io::Result<()> {
    let length = u32::try_from(16 + 4 * body.len()).map_err(io::Error::other)?;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend(REQUEST.to_ne_bytes());
    // Sequence and sender, then the body.
    let words = [0, 0].iter().chain(body);
    message.extend(words.flat_map(|word: &u32| word.to_ne_bytes()));
    sendto(socket, &message, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    Ok(())
}

/// Kind and body of the next message, if one comes within a while.
fn receive(socket: &OwnedFd) -> io::Result<Option<(u16, Vec<u8>)>> {
    let while_ = Timespec { tv_sec: 5, tv_nsec: 0 };
    if poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&while_))? == 0 {
        return Ok(None);
    }
    let mut message = vec![0; 16 << 10];
    let (length, _) = recv(socket, &mut message[..], RecvFlags::empty())?;
    message.truncate(length);
    let [_, _, _, _, one, two, ..] = message[..] else { return Err(io::ErrorKind::InvalidData.into()) };
    Ok(Some((u16::from_ne_bytes([one, two]), message.split_off(16))))
}

fn word(body: &[u8], at: usize) -> u32 {
    body.chunks_exact(4).nth(at).and_then(|word| word.try_into().ok()).map_or(0, u32::from_ne_bytes)
}

fn accepted(kind: u16, body: &[u8]) -> io::Result<()> {
    match word(body, 0).cast_signed() {
        0 if kind == ERROR => Ok(()),
        errno if kind == ERROR => Err(io::Error::from_raw_os_error(-errno)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
