//! The value of a call, as it comes back from a child process: text, bytes and paths as they are, open files as descriptors, all
//! else by `serde`. An error that
//! `serde` does not know comes back as its text and kind, through the function's own `From<Error>`.

use super::argument::{Bytes, Crossing, TypeOf};
use super::message::{Failure, Message, Reader};
use crate::__private::FromError;
use crate::error::{Error, ErrorKind};
use crate::failure::BodyError;
use crate::site::Site;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::marker::PhantomData;
use std::os::fd::OwnedFd;

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
pub struct Open<T>(PhantomData<fn() -> T>);
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

impl<T: From<OwnedFd> + Into<OwnedFd>> Reply for Open<T> {
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

/// How a value comes back, chosen by its type as [`__argument!`](crate::__private::argument) does.
#[macro_export]
#[doc(hidden)]
macro_rules! __reply {
    ($value:ty) => {{
        use $crate::__private::{
            ReplyByBytes as _, ReplyByDescriptor as _, ReplyOrError as _, ReplyOrText as _, ReplyWhole as _,
            ReplyWholeAfterAll as _, ReplyWithBytesOrError as _, ReplyWithBytesOrText as _,
            ReplyWithDescriptorOrError as _, ReplyWithDescriptorOrText as _,
        };
        (&&&&&&&$crate::__private::TypeOf::<$value>::NAMED).reply()
    }};
}

macro_rules! choices {
    ($($(#[$doc:meta])* $choice:ident<$t:ident $(, $e:ident)?> for $of:ty where ($($bounds:tt)*) => $reply:ty;)*) => {$(
        $(#[$doc])*
        pub trait $choice<$t $(, $e)?> {
            #[doc(hidden)]
            fn reply(&self) -> PhantomData<$reply>;
        }

        impl<$t $(, $e)?> $choice<$t $(, $e)?> for $of where $($bounds)* {
            fn reply(&self) -> PhantomData<$reply> {
                PhantomData
            }
        }
    )*};
}

choices! {
    /// First: text, bytes and paths.
    ReplyByBytes<T> for &&&&&&TypeOf<T> where (Bytes<T>: Crossing<Owned = Option<T>>) => Bytes<T>;
    /// Then: what `serde` knows.
    ReplyWhole<T> for &&&&&TypeOf<T> where (T: Serialize + DeserializeOwned) => Whole<T>;
    /// Then: what is open.
    ReplyByDescriptor<T> for &&&&&TypeOf<T> where (T: From<OwnedFd> + Into<OwnedFd>) => Open<T>;
    /// Then: text, bytes and paths, or an error.
    ReplyWithBytesOrError<T, E> for &&&&TypeOf<Result<T, E>> where (Bytes<T>: Crossing<Owned = Option<T>>, E: Into<Failure>) => Fallible<Bytes<T>, E, AsError>;
    /// Then: a value, or an error.
    ReplyOrError<T, E> for &&&TypeOf<Result<T, E>> where (T: Serialize + DeserializeOwned, E: Into<Failure>) => Fallible<Whole<T>, E, AsError>;
    /// Then: what is open, or an error.
    ReplyWithDescriptorOrError<T, E> for &&&TypeOf<Result<T, E>> where (T: From<OwnedFd> + Into<OwnedFd>, E: Into<Failure>) => Fallible<Open<T>, E, AsError>;
    /// Then: text, bytes and paths, or what can be printed.
    ReplyWithBytesOrText<T, E> for &&TypeOf<Result<T, E>> where (Bytes<T>: Crossing<Owned = Option<T>>, E: Display) => Fallible<Bytes<T>, E, AsText>;
    /// Then: a value, or what can be printed.
    ReplyOrText<T, E> for &TypeOf<Result<T, E>> where (T: Serialize + DeserializeOwned, E: Display) => Fallible<Whole<T>, E, AsText>;
    /// Then: what is open, or what can be printed.
    ReplyWithDescriptorOrText<T, E> for &TypeOf<Result<T, E>> where (T: From<OwnedFd> + Into<OwnedFd>, E: Display) => Fallible<Open<T>, E, AsText>;
    /// Else: a type that cannot come back, told in terms of `serde`.
    ReplyWholeAfterAll<T> for TypeOf<T> where (T: Sized) => Whole<T>;
}
