//! An error of the body, as text and kind.

use super::message::{Failure, Message, Reader};
use crate::failure::BodyError;
use std::error::Error;
use std::io::{self, ErrorKind};

/// The kinds, each by its place: between two processes of one program, that is enough.
const KINDS: [ErrorKind; 38] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::NetworkDown,
    ErrorKind::BrokenPipe,
    ErrorKind::AlreadyExists,
    ErrorKind::WouldBlock,
    ErrorKind::NotADirectory,
    ErrorKind::IsADirectory,
    ErrorKind::DirectoryNotEmpty,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::StaleNetworkFileHandle,
    ErrorKind::InvalidInput,
    ErrorKind::InvalidData,
    ErrorKind::TimedOut,
    ErrorKind::WriteZero,
    ErrorKind::StorageFull,
    ErrorKind::NotSeekable,
    ErrorKind::FileTooLarge,
    ErrorKind::ResourceBusy,
    ErrorKind::ArgumentListTooLong,
    ErrorKind::Interrupted,
    ErrorKind::Unsupported,
    ErrorKind::UnexpectedEof,
    ErrorKind::OutOfMemory,
    ErrorKind::CrossesDevices,
    ErrorKind::Deadlock,
    ErrorKind::ExecutableFileBusy,
    ErrorKind::QuotaExceeded,
    ErrorKind::TooManyLinks,
];

impl BodyError {
    /// With the texts of its sources, which whoever prints only the outermost would lose.
    pub(super) fn of_error(error: &(dyn Error + Send + Sync + 'static)) -> BodyError {
        let mut text = error.to_string();
        let mut io = error.downcast_ref::<io::Error>();
        let errno = io.and_then(io::Error::raw_os_error);
        let mut source = error.source();
        while let Some(cause) = source {
            let said = cause.to_string();
            if !text.contains(&said) {
                text.push_str(": ");
                text.push_str(&said);
            }
            io = io.or_else(|| cause.downcast_ref());
            source = cause.source();
        }
        BodyError { text, kind: io.map_or(ErrorKind::Other, io::Error::kind), errno }
    }

    pub(super) fn of_text(text: String) -> BodyError {
        BodyError { text, kind: ErrorKind::Other, errno: None }
    }

    pub(super) fn write(self, message: &mut Message) -> Result<(), Failure> {
        let kind = KINDS.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        message.value(&(self.text, kind, self.errno))
    }

    pub(super) fn read(message: &mut Reader<'_>) -> Result<BodyError, Failure> {
        let (text, kind, errno): (String, usize, Option<i32>) = message.value()?;
        Ok(BodyError { text, kind: KINDS.get(kind).copied().unwrap_or(ErrorKind::Other), errno })
    }
}
