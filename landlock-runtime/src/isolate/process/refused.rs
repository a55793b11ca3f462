//! What cannot cross: the last choice for a type. It asks for what is never so, for the sake of the message, and fits wherever
//! else it stands, so that the compiler says nothing more.

use super::argument::Crossing;
use super::message::{Failure, Message, Reader};
use super::reply::Reply;
use crate::site::Site;

/// What carries all but text, bytes, paths and open files.
pub struct Serde;

/// Never so for an argument of which this is asked.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot cross to a process",
    label = "a copy of this goes to the process",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; behind `&` also `Clone`",
    note = "for a type of another crate, turn on that crate's feature `serde`, or pass what it is made of, and make it in the body",
    note = "text, bytes, paths and open files cross without",
    note = "a type parameter needs the bounds `serde::Serialize` and `serde::de::DeserializeOwned`"
)]
pub trait Sends<T> {}

/// Never so for a value of which this is asked.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot come back from a process",
    label = "a copy of this comes back from the process",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; open files come back without",
    note = "for a type of another crate, turn on that crate's feature `serde`, or return what the caller can make it of",
    note = "a type parameter needs the bounds `serde::Serialize` and `serde::de::DeserializeOwned`"
)]
pub trait Returns<T> {}

/// Never so for an error of which this is asked.
#[diagnostic::on_unimplemented(
    message = "the error `{E}` cannot come back from a process",
    label = "it goes by its `Display`, and comes back by `From<landlock_runtime::Error>`",
    note = "for a type of your crate, implement both, or derive `serde::Serialize` and `serde::Deserialize`",
    note = "for a type of another crate, return `anyhow::Error` or `Box<dyn Error + Send + Sync>`, into which `?` turns it"
)]
pub trait ReturnsError<E> {}

/// In place of the way of a type that has none.
pub struct Refused<T>(std::convert::Infallible, std::marker::PhantomData<T>);

impl<T> Crossing for Refused<T> {
    type Owned = Refused<T>;
    type Lent<'x> = T;

    fn write(self, _: &mut Message) -> Result<(), Failure> {
        match self.0 {}
    }

    fn read(_: &mut Reader<'_>) -> Result<Refused<T>, Failure> {
        Err("it cannot cross".into())
    }

    fn lend(owned: &mut Refused<T>) -> T {
        match owned.0 {}
    }
}

impl<T> Reply for Refused<T> {
    type Value = T;

    fn write(_: T, _: &mut Message) -> Result<(), Failure> {
        Err("it cannot come back".into())
    }

    fn read(_: &mut Reader<'_>, _: Site) -> Result<T, Failure> {
        Err("it cannot come back".into())
    }
}
