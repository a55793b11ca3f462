//! The value of a call, as it comes back from a child process: text, bytes and paths as they are, open files as descriptors, all
//! else by `serde`. An error that `serde` does not know comes back as its text and kind, through the function's own
//! `From<Error>`.

use super::argument::Crossing;
use super::as_they_are::Bytes;
use super::message::{Failure, Message, Reader};
use crate::__private::FromError;
use crate::error::{Error, ErrorKind};
use crate::failure::BodyError;
use crate::site::Site;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::marker::PhantomData;

/// How a value comes back.
pub trait Reply {
    /// The type of the value.
    type Value;

    #[doc(hidden)]
    fn write(value: Self::Value, message: &mut Message) -> Result<(), Failure>;
    #[doc(hidden)]
    fn read(message: &mut Reader<'_>, site: Site) -> Result<Self::Value, Failure>;
}

/// By `serde`, also a `Result` whose error it knows.
pub struct Whole<T>(PhantomData<fn() -> T>);
/// As a descriptor.
#[cfg(unix)]
pub struct Opened<T>(PhantomData<fn() -> T>);
/// The `Ok` value in this way; the error as what `How` makes of it.
pub struct Fallible<R, E, How>(PhantomData<(R, E, How)>);
/// An error of any kind.
pub struct AsError;
/// An error that is only text.
pub struct AsText;

impl<T: Serialize + DeserializeOwned> Reply for Whole<T> {
    type Value = T;

    fn write(value: T, message: &mut Message) -> Result<(), Failure> {
        message.value(&value)
    }

    fn read(message: &mut Reader<'_>, _: Site) -> Result<T, Failure> {
        message.value()
    }
}

impl<T> Reply for Bytes<T>
where
    Bytes<T>: Crossing<Owned = Option<T>>,
{
    type Value = T;

    fn write(value: T, message: &mut Message) -> Result<(), Failure> {
        Crossing::write(Bytes(value), message)
    }

    fn read(message: &mut Reader<'_>, _: Site) -> Result<T, Failure> {
        let value = <Bytes<T> as Crossing>::read(message)?;
        Ok(value.expect("it has just been read"))
    }
}

#[cfg(unix)]
impl<T: From<std::os::fd::OwnedFd> + Into<std::os::fd::OwnedFd>> Reply for Opened<T> {
    type Value = T;

    fn write(value: T, message: &mut Message) -> Result<(), Failure> {
        message.descriptor(value.into());
        Ok(())
    }

    fn read(message: &mut Reader<'_>, _: Site) -> Result<T, Failure> {
        Ok(message.descriptor()?.into())
    }
}

impl<R: Reply, E: FromError, How: Describe<E>> Reply for Fallible<R, E, How> {
    type Value = Result<R::Value, E>;

    fn write(value: Self::Value, message: &mut Message) -> Result<(), Failure> {
        message.value(&value.is_ok())?;
        match value {
            Ok(value) => R::write(value, message),
            Err(error) => How::describe(error).write(message),
        }
    }

    fn read(message: &mut Reader<'_>, site: Site) -> Result<Self::Value, Failure> {
        if message.value()? {
            return R::read(message, site).map(Ok);
        }
        let error = BodyError::read(message)?;
        Ok(Err(E::from_error(Error::new(site, ErrorKind::Body(error)))))
    }
}

/// What an error comes to as text.
pub trait Describe<E> {
    #[doc(hidden)]
    fn describe(error: E) -> BodyError;
}

impl<E: Into<Failure>> Describe<E> for AsError {
    fn describe(error: E) -> BodyError {
        BodyError::of_error(&*error.into())
    }
}

impl<E: Display> Describe<E> for AsText {
    fn describe(error: E) -> BodyError {
        BodyError::of_text(error.to_string())
    }
}
