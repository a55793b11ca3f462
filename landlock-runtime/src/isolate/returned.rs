//! What a call may not return: a future, alone or in a `Result` or an `Option`. Its work would begin when the sandbox is gone.
//!
//! Method lookup takes the first of two traits that fits, by the number of references around the type: the one that refuses a
//! future, or the one that fits all.

use std::future::Future;
use std::marker::PhantomData;

/// What comes back from another thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot come back from the thread of the sandbox: it is not `Send`",
    label = "a value of this type would go to another thread",
    note = "in place of `Box<dyn Error>`, write `Box<dyn Error + Send + Sync>`",
    note = "in place of any other type, return one that is `Send`, such as `Arc` for `Rc`"
)]
pub trait ComesBack: Send {}

#[diagnostic::do_not_recommend]
impl<T: Send> ComesBack for T {}

/// A value that is returned, as the expansion of an attribute asks about it.
#[macro_export]
#[doc(hidden)]
macro_rules! __returned {
    ($value:ident) => {{
        use $crate::__private::returned::choices::*;
        (&&$crate::__private::returned::Returned::value(&$value)).is_done_when_returned();
        $value
    }};
}

/// The type of a value, for the lookup.
pub struct Returned<T>(PhantomData<fn() -> T>);

impl<T> Returned<T> {
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn value(_: &T) -> Returned<T> {
        Returned(PhantomData)
    }
}

/// What is or holds a future. `Where` it does tells the implementations apart.
pub trait Later<Where> {}

/// It is one.
pub struct Itself;
/// What it holds is or holds one.
pub struct Inside<Where>(PhantomData<Where>);

impl<F: Future> Later<Itself> for F {}
impl<T: Later<Where>, Where> Later<Inside<Where>> for Option<T> {}
impl<T: Later<Where>, E, Where> Later<Inside<Where>> for Result<T, E> {}

/// What runs a body, and is gone when the body has returned.
pub struct Sandbox;

/// Never so for a value of which this is asked.
#[diagnostic::on_unimplemented(
    message = "`{T}` is or holds a future: what it does after it has returned is outside the sandbox",
    label = "this is or holds a future",
    note = "put `#[sandbox]` on a plain `fn` that does the work, and call that from the `async fn`"
)]
pub trait Restricts<T> {}

#[doc(hidden)]
pub trait IsLater<T, Where> {
    fn is_done_when_returned(&self)
    where
        Sandbox: Restricts<T>;
}

impl<T: Later<Where>, Where> IsLater<T, Where> for &Returned<T> {
    #[inline]
    fn is_done_when_returned(&self)
    where
        Sandbox: Restricts<T>,
    {
    }
}

#[doc(hidden)]
pub trait IsDone {
    fn is_done_when_returned(&self);
}

impl<T> IsDone for Returned<T> {
    #[inline]
    fn is_done_when_returned(&self) {}
}

/// The two, without names that could stand for something in the user's code.
pub mod choices {
    pub use super::{IsDone as _, IsLater as _};
}
