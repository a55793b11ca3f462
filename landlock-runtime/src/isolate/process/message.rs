//! What goes over a channel in one piece: bytes, and descriptors beside them. Written on one side, read on the other in the
//! same order.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
#[cfg(unix)]
pub(super) use std::os::fd::OwnedFd as Descriptor;

/// Descriptors cross on Unix only.
#[cfg(not(unix))]
pub(super) type Descriptor = std::convert::Infallible;

/// Why a value did not get into a message or out of it: for the text of an error.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A message that is written.
#[derive(Debug, Default)]
pub struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<Descriptor>,
}

impl Message {
    pub(super) fn of<T: Serialize>(value: &T) -> Result<Message, Failure> {
        let mut message = Message::default();
        message.value(value)?;
        Ok(message)
    }

    pub(super) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.bytes = postcard::to_extend(value, std::mem::take(&mut self.bytes))?;
        Ok(())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn descriptor(&mut self, descriptor: Descriptor) {
        self.descriptors.push(descriptor);
    }
}

/// A message that is read.
#[derive(Debug)]
pub struct Reader<'m> {
    bytes: &'m [u8],
    descriptors: std::vec::IntoIter<Descriptor>,
}

impl<'m> Reader<'m> {
    pub(super) fn new(bytes: &'m [u8], descriptors: Vec<Descriptor>) -> Reader<'m> {
        Reader { bytes, descriptors: descriptors.into_iter() }
    }

    pub(super) fn value<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        let (value, rest) = postcard::take_from_bytes(self.bytes)?;
        self.bytes = rest;
        Ok(value)
    }

    pub(super) fn bytes(&mut self) -> Result<&'m [u8], Failure> {
        let (length, rest) = self.bytes.split_first_chunk().ok_or_else(short)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| short())?;
        let (bytes, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        self.bytes = rest;
        Ok(bytes)
    }

    pub(super) fn tag(&mut self) -> Result<u8, Failure> {
        let (tag, rest) = self.bytes.split_first().ok_or_else(short)?;
        self.bytes = rest;
        Ok(*tag)
    }

    pub(super) fn descriptor(&mut self) -> Result<Descriptor, Failure> {
        Ok(self.descriptors.next().ok_or_else(short)?)
    }
}

fn short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the message is too short")
}
