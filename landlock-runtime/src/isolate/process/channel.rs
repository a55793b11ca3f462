//! The socket between two processes of the program. One message at a time goes in each direction: eight bytes of length, four
//! that count descriptors, the bytes. Descriptors travel with the first of them.

use super::message::Message;
use rustix::event::PollFlags;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// What the kernel passes with one message (`SCM_MAX_FD`).
const MOST_DESCRIPTORS: usize = 253;
const HEAD: usize = 12;
/// How much is read at once, and what a small message takes.
const STEP: usize = 64 << 10;
/// How far a buffer grows ahead of what has come: a length is only a claim.
const AHEAD: usize = 16 << 20;

#[derive(Debug)]
pub(super) struct Channel {
    socket: OwnedFd,
    /// Kept from one message to the next.
    buffer: Vec<u8>,
}

/// What stops a message.
#[derive(Debug)]
pub(super) enum Stop {
    /// The other side is gone; whether it has left the last message unread.
    Gone {
        unread: bool,
    },
    /// Waiting for it has taken too long.
    TimedOut,
    Failed(io::Error),
}

impl From<rustix::io::Errno> for Stop {
    fn from(errno: rustix::io::Errno) -> Stop {
        match errno {
            rustix::io::Errno::CONNRESET => Stop::Gone { unread: true },
            rustix::io::Errno::PIPE => Stop::Gone { unread: false },
            errno => Stop::Failed(errno.into()),
        }
    }
}

/// Whoever waits meanwhile; to wait in the call itself is to answer at once.
pub(super) trait Wait {
    /// Whether calls on the socket are not to wait.
    const POLLS: bool;

    fn until(&mut self, socket: BorrowedFd<'_>, ready: PollFlags) -> Result<(), Stop>;
}

/// Waits in the call.
pub(super) struct Blocking;

impl Wait for Blocking {
    const POLLS: bool = false;

    fn until(&mut self, _: BorrowedFd<'_>, _: PollFlags) -> Result<(), Stop> {
        Ok(())
    }
}

impl Channel {
    pub(super) fn new(socket: OwnedFd) -> Channel {
        Channel { socket, buffer: Vec::new() }
    }

    /// Sends a message whole.
    pub(super) fn send<W: Wait>(&mut self, message: &Message, wait: &mut W) -> Result<(), Stop> {
        let descriptors: Vec<_> = message.descriptors.iter().map(OwnedFd::as_fd).collect();
        if descriptors.len() > MOST_DESCRIPTORS {
            return Err(Stop::Failed(too_many()));
        }
        let mut head = [0; HEAD];
        head[..8].copy_from_slice(&(message.bytes.len() as u64).to_le_bytes());
        head[8..].copy_from_slice(&u32::try_from(descriptors.len()).unwrap_or(u32::MAX).to_le_bytes());
        let flags = if W::POLLS { SendFlags::NOSIGNAL | SendFlags::DONTWAIT } else { SendFlags::NOSIGNAL };
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let mut sent = 0;
        while sent < HEAD + message.bytes.len() {
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            if sent == 0 && !descriptors.is_empty() {
                ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
            }
            let (rest_of_head, rest) = (&head[sent.min(HEAD)..], &message.bytes[sent.saturating_sub(HEAD)..]);
            match sendmsg(&self.socket, &[IoSlice::new(rest_of_head), IoSlice::new(rest)], &mut ancillary, flags) {
                Ok(more) => sent += more,
                Err(rustix::io::Errno::AGAIN) => wait.until(self.socket.as_fd(), PollFlags::OUT)?,
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    /// Receives a message whole, which is alone on its way.
    pub(super) fn receive<W: Wait>(&mut self, wait: &mut W) -> Result<(&[u8], Vec<OwnedFd>), Stop> {
        self.receive_from(STEP, wait)
    }

    /// Receives a message whole, and nothing of those behind it.
    pub(super) fn receive_first<W: Wait>(&mut self, wait: &mut W) -> Result<(&[u8], Vec<OwnedFd>), Stop> {
        self.receive_from(HEAD, wait)
    }

    /// Until the head is there, at most so much is read.
    fn receive_from<W: Wait>(&mut self, first: usize, wait: &mut W) -> Result<(&[u8], Vec<OwnedFd>), Stop> {
        let flags = if W::POLLS { RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT } else { RecvFlags::CMSG_CLOEXEC };
        let (mut filled, mut descriptors) = (0, Vec::new());
        loop {
            let wanted = self.head(filled).map_or(HEAD, |(bytes, _)| HEAD.saturating_add(bytes));
            if filled >= HEAD && filled >= wanted {
                break;
            }
            let room = wanted.max(STEP).min(filled + AHEAD);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            let end = if filled < HEAD { first } else { wanted.min(self.buffer.len()) };
            wait.until(self.socket.as_fd(), PollFlags::IN)?;
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
            let mut ancillary = RecvAncillaryBuffer::new(&mut space);
            let buffer = &mut self.buffer[filled..end];
            match recvmsg(&self.socket, &mut [IoSliceMut::new(buffer)], &mut ancillary, flags) {
                Ok(received) if received.bytes == 0 => return Err(Stop::Gone { unread: false }),
                Ok(received) if received.flags.contains(ReturnFlags::CTRUNC) => {
                    let text = "descriptors were lost: this process may not open more";
                    return Err(Stop::Failed(io::Error::other(text)));
                }
                Ok(received) => filled += received.bytes,
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(errno) => return Err(errno.into()),
            }
            for message in ancillary.drain() {
                if let RecvAncillaryMessage::ScmRights(passed) = message {
                    descriptors.extend(passed);
                }
            }
            // Whoever sends more wants this process to have none left.
            if descriptors.len() > MOST_DESCRIPTORS {
                return Err(Stop::Failed(too_many()));
            }
        }
        let counted = self.head(filled).map_or(0, |(_, descriptors)| descriptors);
        if counted != descriptors.len() {
            return Err(Stop::Failed(io::Error::new(io::ErrorKind::InvalidData, "descriptors were lost on the way")));
        }
        Ok((&self.buffer[HEAD..filled], descriptors))
    }

    /// The length and the number of descriptors, once they are there.
    fn head(&self, filled: usize) -> Option<(usize, usize)> {
        let head = self.buffer.get(..filled)?.first_chunk::<HEAD>()?;
        let (length, descriptors) = head.split_first_chunk::<8>()?;
        let descriptors = descriptors.first_chunk::<4>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        Some((length, usize::try_from(u32::from_le_bytes(*descriptors)).unwrap_or(usize::MAX)))
    }

    /// Gives the memory of a large message back.
    pub(super) fn forget(&mut self) {
        self.buffer.truncate(STEP);
        self.buffer.shrink_to(STEP);
    }
}

fn too_many() -> io::Error {
    let text = format!("a message takes at most {MOST_DESCRIPTORS} descriptors");
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
