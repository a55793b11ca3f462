//! Arguments that cross without `serde`: text, bytes and paths, of whatever encoding; and open files, as descriptors.

use super::argument::Crossing;
use super::message::{Failure, Message, Reader};
#[cfg(unix)]
use std::{
    ffi::{OsStr, OsString},
    os::fd::{AsFd, OwnedFd},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

/// Text, bytes and paths, borrowed or owned.
pub struct Bytes<T>(pub(super) T);
/// What is open, and closed here once it is there.
#[cfg(unix)]
pub struct Open<T>(pub(super) T);
/// What is open, and stays so.
#[cfg(unix)]
pub struct BorrowedOpen<'a, T>(pub(super) &'a T);

/// The types that are bytes.
pub trait IsBytes {}

/// Owned types and their borrowed ones, with how each is bytes.
macro_rules! bytes {
    ($($owned:ty, $borrowed:ty, |$value:ident| $as_bytes:expr, |$bytes:ident| $from_bytes:expr;)*) => {$(
        impl IsBytes for $owned {}
        impl IsBytes for &$owned {}
        impl IsBytes for &$borrowed {}

        impl Crossing for Bytes<$owned> {
            type Owned = Option<$owned>;
            type Lent<'x> = $owned;

            fn write(self, message: &mut Message) -> Result<(), Failure> {
                Bytes::<&$borrowed>(&self.0).write(message)
            }

            fn read(message: &mut Reader<'_>) -> Result<Option<$owned>, Failure> {
                Bytes::<&$owned>::read(message).map(Some)
            }

            fn lend(owned: &mut Option<$owned>) -> $owned {
                owned.take().expect("an argument is lent once")
            }
        }

        impl Crossing for Bytes<&$owned> {
            type Owned = $owned;
            type Lent<'x> = &'x $owned;

            fn write(self, message: &mut Message) -> Result<(), Failure> {
                Bytes::<&$borrowed>(self.0).write(message)
            }

            fn read(message: &mut Reader<'_>) -> Result<$owned, Failure> {
                let $bytes = message.bytes()?.to_vec();
                Ok($from_bytes)
            }

            fn lend(owned: &mut $owned) -> &$owned {
                owned
            }
        }

        impl Crossing for Bytes<&$borrowed> {
            type Owned = $owned;
            type Lent<'x> = &'x $borrowed;

            fn write(self, message: &mut Message) -> Result<(), Failure> {
                let $value = self.0;
                message.bytes($as_bytes);
                Ok(())
            }

            fn read(message: &mut Reader<'_>) -> Result<$owned, Failure> {
                Bytes::<&$owned>::read(message)
            }

            fn lend(owned: &mut $owned) -> &$borrowed {
                owned
            }
        }
    )*};
}

bytes! {
    Vec<u8>, [u8], |value| value, |bytes| bytes;
    String, str, |value| value.as_bytes(), |bytes| String::from_utf8(bytes)?;
}

#[cfg(unix)]
bytes! {
    OsString, OsStr, |value| value.as_bytes(), |bytes| OsString::from_vec(bytes);
    PathBuf, Path, |value| value.as_os_str().as_bytes(), |bytes| OsString::from_vec(bytes).into();
}

#[cfg(unix)]
impl<T: From<OwnedFd> + Into<OwnedFd>> Crossing for Open<T> {
    type Owned = Option<T>;
    type Lent<'x> = T;

    fn write(self, message: &mut Message) -> Result<(), Failure> {
        message.descriptor(self.0.into());
        Ok(())
    }

    fn read(message: &mut Reader<'_>) -> Result<Option<T>, Failure> {
        Ok(Some(message.descriptor()?.into()))
    }

    fn lend(owned: &mut Option<T>) -> T {
        owned.take().expect("an argument is lent once")
    }
}

#[cfg(unix)]
impl<T: AsFd + From<OwnedFd> + 'static> Crossing for BorrowedOpen<'_, T> {
    type Owned = T;
    type Lent<'x> = &'x T;

    fn write(self, message: &mut Message) -> Result<(), Failure> {
        message.descriptor(self.0.as_fd().try_clone_to_owned()?);
        Ok(())
    }

    fn read(message: &mut Reader<'_>) -> Result<T, Failure> {
        Ok(message.descriptor()?.into())
    }

    fn lend(owned: &mut T) -> &T {
        owned
    }
}
