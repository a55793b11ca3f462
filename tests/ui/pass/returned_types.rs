//! What a call may return from another thread or process: all but what only begins its work there.
#![deny(warnings, clippy::pedantic)]
#![allow(clippy::unnecessary_wraps, clippy::unused_self)]

use landlock_runtime::sandbox;
use std::any::Any;
use std::convert::Infallible;
use std::error::Error;
use std::fmt::Display;
use std::io;

/// A named type, which says that its closure is meant to be called outside.
struct Meant(Box<dyn FnOnce() -> u8 + Send>);

#[derive(Clone)]
struct Own<T>(T);

macro_rules! on_threads {
    ($($place:ident)*) => {$(mod $place {
        use super::*;

        #[sandbox(isolate = $place)]
        pub fn never() -> ! {
            std::panic::panic_any(1_u8)
        }

        #[sandbox(isolate = $place)]
        pub fn uninhabited() -> Infallible {
            std::panic::panic_any(2_u8)
        }

        #[sandbox(isolate = $place)]
        pub fn unit() -> () {}

        #[sandbox(isolate = $place)]
        pub fn unnamed() -> impl Display {
            5
        }

        #[sandbox(isolate = $place)]
        pub fn unnamed_in_result(text: &str) -> io::Result<impl Display + Send + use<>> {
            let number: u8 = text.parse().map_err(io::Error::other)?;
            Ok(number)
        }

        #[sandbox(isolate = $place)]
        pub fn generic<T: Send>(value: T) -> T {
            value
        }

        #[sandbox(isolate = $place)]
        pub fn associated<T: Iterator<Item: Send> + Send>(mut items: T) -> Result<Option<T::Item>, Box<dyn Error + Send + Sync>> {
            Ok(items.next())
        }

        #[sandbox(isolate = $place)]
        pub fn elided(text: &str) -> std::str::Chars<'_> {
            text.chars()
        }

        #[sandbox(isolate = $place)]
        pub fn mutable(bytes: &mut [u8]) -> Option<&mut u8> {
            bytes.first_mut()
        }

        #[sandbox(isolate = $place)]
        pub fn any() -> Box<dyn Any + Send> {
            Box::new(7_u8)
        }

        #[sandbox(isolate = $place)]
        pub fn function() -> fn(u8) -> u8 {
            |number| number + 1
        }

        #[sandbox(isolate = $place)]
        pub fn meant() -> Meant {
            Meant(Box::new(|| 8))
        }

        impl<T: Clone + Send + Sync> Own<T> {
            #[sandbox(isolate = $place)]
            pub fn $place(&self) -> io::Result<Self> {
                Ok(self.clone())
            }
        }
    })*};
}
on_threads!(thread pool);

#[sandbox(isolate = process)]
fn from_a_process(text: &str) -> io::Result<Option<String>> {
    Ok(text.strip_suffix('!').map(str::to_owned))
}

fn panics(body: impl FnOnce() + std::panic::UnwindSafe) -> Option<u8> {
    std::panic::catch_unwind(body).err().and_then(|payload| payload.downcast_ref().copied())
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert_eq!((panics(|| thread::never()), panics(|| pool::never())), (Some(1), Some(1)));
    assert_eq!((panics(|| _ = thread::uninhabited()), panics(|| _ = pool::uninhabited())), (Some(2), Some(2)));
    thread::unit();
    pool::unit();
    assert_eq!(thread::unnamed().to_string() + &pool::unnamed().to_string(), "55");
    assert!(thread::unnamed_in_result("6").is_ok() && pool::unnamed_in_result("x").is_err());
    assert_eq!(thread::generic("one").len() + pool::generic(vec![0]).len(), 4);
    assert!(thread::associated([1].into_iter()).is_ok() && pool::associated([""; 0].into_iter()).is_ok());
    assert_eq!(thread::elided("one").chain(pool::elided("two")).collect::<String>(), "onetwo");
    let mut bytes = [1, 2];
    *thread::mutable(&mut bytes).expect("a byte") += 1;
    *pool::mutable(&mut bytes).expect("a byte") += 1;
    assert_eq!(bytes, [3, 2]);
    assert!(thread::any().is::<u8>() && pool::any().is::<u8>());
    assert_eq!(thread::function()(pool::function()(1)), 3);
    assert_eq!((thread::meant().0)() + (pool::meant().0)(), 16);
    assert!(Own("x").thread().is_ok_and(|own| own.pool().is_ok()));
    assert_eq!(from_a_process("one!").expect("a process"), Some("one".to_owned()));
}
