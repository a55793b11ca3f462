//! Arguments, as they cross to a child process: bytes and paths as they are, open files as descriptors, all else by `serde`.
//! What is borrowed here is owned there, and lent to the body.

use super::message::{Failure, Message, Reader};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow as _;
use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

/// One argument, or a tuple of them.
pub trait Crossing {
    /// What the child keeps for the time of the call.
    type Owned;
    /// What the body gets.
    type Lent<'x>;

    #[doc(hidden)]
    fn write(self, message: &mut Message) -> Result<(), Failure>;
    #[doc(hidden)]
    fn read(message: &mut Reader<'_>) -> Result<Self::Owned, Failure>;
    #[doc(hidden)]
    fn lend(owned: &mut Self::Owned) -> Self::Lent<'_>;
}

/// A value by `serde`.
pub struct Value<T>(T);
/// A borrowed value by `serde`; the child has an owned one.
pub struct Borrowed<'a, T: ?Sized>(&'a T);
/// Text, bytes and paths, borrowed or owned.
pub struct Bytes<T>(pub(super) T);
/// What is open, and closed here once it is there.
pub struct Descriptor<T>(T);
/// What is open, and stays so.
pub struct BorrowedDescriptor<'a, T>(&'a T);

impl<T: Serialize + DeserializeOwned> Crossing for Value<T> {
    type Owned = Option<T>;
    type Lent<'x> = T;

    fn write(self, message: &mut Message) -> Result<(), Failure> {
        message.value(&self.0)
    }

    fn read(message: &mut Reader<'_>) -> Result<Option<T>, Failure> {
        message.value().map(Some)
    }

    fn lend(owned: &mut Option<T>) -> T {
        owned.take().expect("an argument is lent once")
    }
}

impl<T> Crossing for Borrowed<'_, T>
where
    T: Serialize + ToOwned<Owned: DeserializeOwned> + ?Sized + 'static,
{
    type Owned = T::Owned;
    type Lent<'x> = &'x T;

    fn write(self, message: &mut Message) -> Result<(), Failure> {
        message.value(self.0)
    }

    fn read(message: &mut Reader<'_>) -> Result<T::Owned, Failure> {
        message.value()
    }

    fn lend(owned: &mut T::Owned) -> &T {
        (*owned).borrow()
    }
}

impl<T: From<OwnedFd> + Into<OwnedFd>> Crossing for Descriptor<T> {
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

impl<T: AsFd + From<OwnedFd> + 'static> Crossing for BorrowedDescriptor<'_, T> {
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
    OsString, OsStr, |value| value.as_bytes(), |bytes| OsString::from_vec(bytes);
    PathBuf, Path, |value| value.as_os_str().as_bytes(), |bytes| OsString::from_vec(bytes).into();
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*);)*) => {$(
        impl<$($name: Crossing),*> Crossing for ($($name,)*) {
            type Owned = ($($name::Owned,)*);
            type Lent<'x> = ($($name::Lent<'x>,)*);

            #[allow(unused_variables, reason = "there may be no arguments")]
            fn write(self, message: &mut Message) -> Result<(), Failure> {
                $(self.$at.write(message).map_err(|error| format!("argument {}: {error}", $at + 1))?;)*
                Ok(())
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "there may be no arguments")]
            fn read(message: &mut Reader<'_>) -> Result<Self::Owned, Failure> {
                Ok(($($name::read(message).map_err(|error| format!("argument {}: {error}", $at + 1))?,)*))
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "there may be no arguments")]
            fn lend(owned: &mut Self::Owned) -> Self::Lent<'_> {
                ($($name::lend(&mut owned.$at),)*)
            }
        }
    )*};
}

tuples! {
    ();
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
}

/// How an argument crosses, chosen by its type: method lookup takes the first of these traits that fits, and the last fits
/// all, so that a type which cannot cross is told in terms of `serde`.
#[macro_export]
#[doc(hidden)]
macro_rules! __argument {
    ($value:ident) => {{
        use $crate::__private::{
            ByBytes as _, ByDescriptor as _, ByReference as _, ByReferenceToOpen as _, ByValue as _,
        };
        (&&&$crate::__private::TypeOf::value(&$value)).crossing($value)
    }};
}

/// A type, for the lookup of [`__argument!`] and [`__reply!`](crate::__private::reply).
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

/// The types that are bytes.
pub trait IsBytes {}

macro_rules! choices {
    ($($(#[$doc:meta])* $choice:ident<$($life:lifetime,)? $t:ident> for $of:ty where ($($bounds:tt)*): $given:ty => $crossing:ident<$($inner:tt),*>;)*) => {$(
        $(#[$doc])*
        pub trait $choice<$($life,)? $t: $($bounds)*> {
            #[doc(hidden)]
            fn crossing(&self, value: $given) -> $crossing<$($inner),*>;
        }

        impl<$($life,)? $t: $($bounds)*> $choice<$($life,)? $t> for $of {
            fn crossing(&self, value: $given) -> $crossing<$($inner),*> {
                $crossing(value)
            }
        }
    )*};
}

choices! {
    /// First: text, bytes and paths.
    ByBytes<T> for &&TypeOf<T> where (IsBytes): T => Bytes<T>;
    /// First: what is open.
    ByDescriptor<T> for &&TypeOf<T> where (From<OwnedFd> + Into<OwnedFd>): T => Descriptor<T>;
    /// First: what is open, borrowed.
    ByReferenceToOpen<'a, T> for &&TypeOf<&'a T> where (AsFd + From<OwnedFd>): &'a T => BorrowedDescriptor<'a, T>;
    /// Then: references.
    ByReference<'a, T> for &TypeOf<&'a T> where (?Sized): &'a T => Borrowed<'a, T>;
    /// Else: values.
    ByValue<T> for TypeOf<T> where (Sized): T => Value<T>;
}
