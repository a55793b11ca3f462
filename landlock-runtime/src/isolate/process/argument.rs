//! Arguments, as they cross to a child process by `serde`: what is borrowed here is owned there, and lent to the body. Text and
//! paths, and what is open: `as_they_are`.

use super::message::{Failure, Message, Reader};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow as _;

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
pub struct Value<T>(pub(super) T);
/// A borrowed value by `serde`; the child has an owned one.
pub struct Borrowed<'a, T: ?Sized>(pub(crate) &'a T);

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
