//! How an argument goes and a value comes, by its type. Method lookup takes the first of these traits that fits, by the number
//! of references around the type; the last fits all, and refuses it.

use super::argument::{Borrowed, Crossing, Value};
use super::as_they_are::{Bytes, IsBytes};
use super::message::Failure;
use super::refused::{Refused, Returns, ReturnsError, Sends, Serde};
use super::reply::{AsError, AsText, Fallible, Whole};
use crate::error::Error;
use crate::isolate::returned::{Later, Restricts, Sandbox};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::marker::PhantomData;

/// A type, for the lookup.
pub struct TypeOf<T>(PhantomData<fn() -> T>);

impl<T> TypeOf<T> {
    #[doc(hidden)]
    #[must_use]
    pub fn value(_: &T) -> TypeOf<T> {
        TypeOf::NAMED
    }

    #[doc(hidden)]
    pub const NAMED: TypeOf<T> = TypeOf(PhantomData);
}

/// One argument, in the way of its type.
#[macro_export]
#[doc(hidden)]
macro_rules! __argument {
    ($value:ident) => {{
        use $crate::__private::choices::*;
        (&&&&&$crate::__private::TypeOf::value(&$value)).crossing($value)
    }};
}

/// The way of a value that comes back.
#[macro_export]
#[doc(hidden)]
macro_rules! __reply {
    ($value:ty) => {{
        use $crate::__private::choices::*;
        (&&&&&&&&&&$crate::__private::TypeOf::<$value>::NAMED).reply()
    }};
}

macro_rules! arguments {
    ($($choice:ident<$($life:lifetime,)? $t:ident> for $of:ty where ($($bounds:tt)*):
        |$value:ident: $given:ty| -> $way:ty $({ $crossing:expr })? $(where ($($never:tt)*))?;)*) => {$(
        #[doc(hidden)]
        pub trait $choice<$($life,)? $t: $($bounds)*> {
            fn crossing(&self, value: $given) -> $way $(where $($never)*)?;
        }

        impl<$($life,)? $t: $($bounds)*> $choice<$($life,)? $t> for $of {
            $(fn crossing(&self, $value: $given) -> $way {
                $crossing
            })?
            $(fn crossing(&self, _: $given) -> $way where $($never)* {
                unreachable!()
            })?
        }
    )*};
}

arguments! {
    SendBytes<T> for &&&&TypeOf<T> where (IsBytes): |value: T| -> Bytes<T> { Bytes(value) };
    SendReference<'a, T> for &&&TypeOf<&'a T> where (Serialize + ToOwned<Owned: DeserializeOwned> + ?Sized):
        |value: &'a T| -> Borrowed<'a, T> { Borrowed(value) };
    SendValue<T> for &&TypeOf<T> where (Serialize + DeserializeOwned): |value: T| -> Value<T> { Value(value) };
    SendNothing<T> for TypeOf<T> where (Sized): |value: T| -> Refused<T> where (Serde: Sends<T>);
}

macro_rules! replies {
    ($($choice:ident<$t:ident $(, $e:ident)?> for $of:ty where ($($bounds:tt)*) -> $way:ty $(where ($($never:tt)*))?;)*) => {$(
        #[doc(hidden)]
        pub trait $choice<$t $(, $e)?> {
            fn reply(&self) -> PhantomData<$way> $(where $($never)*)?;
        }

        impl<$t $(, $e)?> $choice<$t $(, $e)?> for $of where $($bounds)* {
            fn reply(&self) -> PhantomData<$way> $(where $($never)*)? {
                PhantomData
            }
        }
    )*};
}

replies! {
    ReplyLater<T, Where> for &&&&&&&&&TypeOf<T> where (T: Later<Where>) -> Refused<T> where (Sandbox: Restricts<T>);
    ReplyBytes<T> for &&&&&&&&TypeOf<T> where (Bytes<T>: Crossing<Owned = Option<T>>) -> Bytes<T>;
    ReplyWhole<T> for &&&&&&&TypeOf<T> where (T: Serialize + DeserializeOwned) -> Whole<T>;
    ReplyBytesOrError<T, E> for &&&&&&TypeOf<Result<T, E>>
        where (Bytes<T>: Crossing<Owned = Option<T>>, E: Into<Failure> + From<Error>) -> Fallible<Bytes<T>, E, AsError>;
    ReplyOrError<T, E> for &&&&&TypeOf<Result<T, E>>
        where (T: Serialize + DeserializeOwned, E: Into<Failure> + From<Error>) -> Fallible<Whole<T>, E, AsError>;
    ReplyBytesOrText<T, E> for &&&&TypeOf<Result<T, E>>
        where (Bytes<T>: Crossing<Owned = Option<T>>, E: Display + From<Error>) -> Fallible<Bytes<T>, E, AsText>;
    ReplyOrText<T, E> for &&&TypeOf<Result<T, E>>
        where (T: Serialize + DeserializeOwned, E: Display + From<Error>) -> Fallible<Whole<T>, E, AsText>;
    ReplyNoError<T, E> for &&TypeOf<Result<T, E>>
        where (T: Serialize + DeserializeOwned) -> Refused<Result<T, E>> where (Serde: ReturnsError<E>);
    ReplyNoValue<T, E> for &TypeOf<Result<T, E>> where () -> Refused<Result<T, E>> where (Serde: Returns<T>);
    ReplyNothing<T> for TypeOf<T> where () -> Refused<T> where (Serde: Returns<T>);
}

/// The traits by which the lookup chooses, without names that could stand for something in the user's code.
pub mod choices {
    #[cfg(unix)]
    pub use super::open::{
        ReplyOpened as _, ReplyOpenedNoError as _, ReplyOpenedOrError as _, ReplyOpenedOrText as _,
        SendDescriptor as _, SendReferenceToOpen as _,
    };
    pub use super::{
        ReplyBytes as _, ReplyBytesOrError as _, ReplyBytesOrText as _, ReplyLater as _, ReplyNoError as _,
        ReplyNoValue as _, ReplyNothing as _, ReplyOrError as _, ReplyOrText as _, ReplyWhole as _, SendBytes as _,
        SendNothing as _, SendReference as _, SendValue as _,
    };
}

#[cfg(unix)]
mod open {
    //! What is open. No such type is one of `serde`, so these stand beside the others on the same step.

    use super::super::as_they_are::{BorrowedOpen, Open};
    use super::super::reply::Opened;
    use super::{
        AsError, AsText, Display, Error, Failure, Fallible, PhantomData, Refused, ReturnsError, Serde, TypeOf,
    };
    use std::os::fd::{AsFd, OwnedFd};

    arguments! {
        SendDescriptor<T> for &&&&TypeOf<T> where (From<OwnedFd> + Into<OwnedFd>): |value: T| -> Open<T> { Open(value) };
        SendReferenceToOpen<'a, T> for &&&&TypeOf<&'a T> where (AsFd + From<OwnedFd>):
            |value: &'a T| -> BorrowedOpen<'a, T> { BorrowedOpen(value) };
    }

    replies! {
        ReplyOpened<T> for &&&&&&&TypeOf<T> where (T: From<OwnedFd> + Into<OwnedFd>) -> Opened<T>;
        ReplyOpenedOrError<T, E> for &&&&&TypeOf<Result<T, E>>
            where (T: From<OwnedFd> + Into<OwnedFd>, E: Into<Failure> + From<Error>) -> Fallible<Opened<T>, E, AsError>;
        ReplyOpenedOrText<T, E> for &&&TypeOf<Result<T, E>>
            where (T: From<OwnedFd> + Into<OwnedFd>, E: Display + From<Error>) -> Fallible<Opened<T>, E, AsText>;
        ReplyOpenedNoError<T, E> for &&TypeOf<Result<T, E>>
            where (T: From<OwnedFd> + Into<OwnedFd>) -> Refused<Result<T, E>> where (Serde: ReturnsError<E>);
    }
}
