//! How an argument goes and a value comes, by its type. Method lookup takes the first of these traits that fits, by the number
//! of references around the type; the last fits all, so that a type which cannot cross is told in terms of `serde`.

use super::argument::{Borrowed, Crossing, Value};
use super::as_they_are::{Bytes, IsBytes};
use super::message::Failure;
use super::reply::{AsError, AsText, Fallible, Whole};
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
        (&&&$crate::__private::TypeOf::value(&$value)).crossing($value)
    }};
}

/// The way of a value that comes back.
#[macro_export]
#[doc(hidden)]
macro_rules! __reply {
    ($value:ty) => {{
        use $crate::__private::choices::*;
        (&&&&&&&$crate::__private::TypeOf::<$value>::NAMED).reply()
    }};
}

macro_rules! arguments {
    ($($choice:ident<$($life:lifetime,)? $t:ident> for $of:ty where ($($bounds:tt)*):
        $given:ty => $crossing:ident<$($inner:tt),*>;)*) => {$(
        #[doc(hidden)]
        pub trait $choice<$($life,)? $t: $($bounds)*> {
            fn crossing(&self, value: $given) -> $crossing<$($inner),*>;
        }

        impl<$($life,)? $t: $($bounds)*> $choice<$($life,)? $t> for $of {
            fn crossing(&self, value: $given) -> $crossing<$($inner),*> {
                $crossing(value)
            }
        }
    )*};
}

arguments! {
    ByBytes<T> for &&TypeOf<T> where (IsBytes): T => Bytes<T>;
    ByReference<'a, T> for &TypeOf<&'a T> where (?Sized): &'a T => Borrowed<'a, T>;
    ByValue<T> for TypeOf<T> where (Sized): T => Value<T>;
}

macro_rules! replies {
    ($($choice:ident<$t:ident $(, $e:ident)?> for $of:ty where ($($bounds:tt)*) => $reply:ty;)*) => {$(
        #[doc(hidden)]
        pub trait $choice<$t $(, $e)?> {
            fn reply(&self) -> PhantomData<$reply>;
        }

        impl<$t $(, $e)?> $choice<$t $(, $e)?> for $of where $($bounds)* {
            fn reply(&self) -> PhantomData<$reply> {
                PhantomData
            }
        }
    )*};
}

replies! {
    ReplyBytes<T> for &&&&&&TypeOf<T> where (Bytes<T>: Crossing<Owned = Option<T>>) => Bytes<T>;
    ReplyWhole<T> for &&&&&TypeOf<T> where (T: Serialize + DeserializeOwned) => Whole<T>;
    ReplyBytesOrError<T, E> for &&&&TypeOf<Result<T, E>>
        where (Bytes<T>: Crossing<Owned = Option<T>>, E: Into<Failure>) => Fallible<Bytes<T>, E, AsError>;
    ReplyOrError<T, E> for &&&TypeOf<Result<T, E>>
        where (T: Serialize + DeserializeOwned, E: Into<Failure>) => Fallible<Whole<T>, E, AsError>;
    ReplyBytesOrText<T, E> for &&TypeOf<Result<T, E>>
        where (Bytes<T>: Crossing<Owned = Option<T>>, E: Display) => Fallible<Bytes<T>, E, AsText>;
    ReplyOrText<T, E> for &TypeOf<Result<T, E>>
        where (T: Serialize + DeserializeOwned, E: Display) => Fallible<Whole<T>, E, AsText>;
    ReplyWholeAfterAll<T> for TypeOf<T> where (T: Sized) => Whole<T>;
}

/// The traits by which the lookup chooses, without names that could stand for something in the user's code.
pub mod choices {
    #[cfg(unix)]
    pub use super::open::{
        ByDescriptor as _, ByReferenceToOpen as _, ReplyOpened as _, ReplyOpenedOrError as _, ReplyOpenedOrText as _,
    };
    pub use super::{
        ByBytes as _, ByReference as _, ByValue as _, ReplyBytes as _, ReplyBytesOrError as _, ReplyBytesOrText as _,
        ReplyOrError as _, ReplyOrText as _, ReplyWhole as _, ReplyWholeAfterAll as _,
    };
}

#[cfg(unix)]
mod open {
    //! What is open. No such type is one of `serde`, so these stand beside the others on the same step.

    use super::super::as_they_are::{BorrowedOpen, Open};
    use super::super::reply::Opened;
    use super::{AsError, AsText, Display, Failure, Fallible, PhantomData, TypeOf};
    use std::os::fd::{AsFd, OwnedFd};

    arguments! {
        ByDescriptor<T> for &&TypeOf<T> where (From<OwnedFd> + Into<OwnedFd>): T => Open<T>;
        ByReferenceToOpen<'a, T> for &&TypeOf<&'a T> where (AsFd + From<OwnedFd>): &'a T => BorrowedOpen<'a, T>;
    }

    replies! {
        ReplyOpened<T> for &&&&&TypeOf<T> where (T: From<OwnedFd> + Into<OwnedFd>) => Opened<T>;
        ReplyOpenedOrError<T, E> for &&&TypeOf<Result<T, E>>
            where (T: From<OwnedFd> + Into<OwnedFd>, E: Into<Failure>) => Fallible<Opened<T>, E, AsError>;
        ReplyOpenedOrText<T, E> for &TypeOf<Result<T, E>>
            where (T: From<OwnedFd> + Into<OwnedFd>, E: Display) => Fallible<Opened<T>, E, AsText>;
    }
}
