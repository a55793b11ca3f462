//! What `#[sandbox]` expands to, beside the public builder. If you read this in an expansion: there is nothing here that
//! you may rely on; write the same with [`Policy`](crate::Policy).

use crate::enforcement::{Enforcement, Place, enforce};
use crate::error::{Error, ErrorKind, PlaceError};
use crate::isolate;
use crate::isolate::returned::ComesBack;
use crate::policy::{Policy, Rights};
use std::fmt;
use std::io::{self, Write as _};

#[cfg(feature = "pool")]
pub use crate::isolate::pool::Pool;
#[cfg(feature = "process")]
pub use crate::isolate::process::*;
pub use crate::isolate::returned;
pub use crate::site::Site;
#[cfg(feature = "testing")]
pub use crate::testing::assertions::{allowed, denied};
#[cfg(feature = "process")]
pub use crate::{__argument as argument, __reply as reply};

/// A function that needs a feature of this crate, where it has that one.
#[macro_export]
#[doc(hidden)]
macro_rules! __with_the_feature {
    ({ $($function:tt)* } else { $($error:tt)* }) => { $($function)* };
}

/// Where it has not, the error and the function as it was.
#[macro_export]
#[doc(hidden)]
macro_rules! __without_the_feature {
    ({ $($function:tt)* } else { $($error:tt)* }) => { $($error)* };
}

/// `landlockconfig!`, where the feature of that name is off.
#[cfg(not(feature = "landlockconfig"))]
#[macro_export]
#[doc(hidden)]
macro_rules! landlockconfig {
    ($($arguments:tt)*) => {
        ::core::compile_error!(
            "`landlockconfig!` needs the feature `landlockconfig` of landlock-runtime: \
             run `cargo add landlock-runtime --features landlockconfig`"
        )
    };
}

#[cfg(feature = "pool")]
pub use __with_the_feature as if_pool;
#[cfg(feature = "process")]
pub use __with_the_feature as if_process;
#[cfg(not(feature = "pool"))]
pub use __without_the_feature as if_pool;
#[cfg(not(feature = "process"))]
pub use __without_the_feature as if_process;

/// The function and the line that an attribute stands on.
#[macro_export]
#[doc(hidden)]
macro_rules! __site {
    () => {
        $crate::__private::site(::core::module_path!(), &|| {})
    };
}
pub use crate::__returned as returned;
pub use __site as site;

/// See [`__site!`].
#[track_caller]
#[must_use]
pub fn site<F: Fn()>(module: &str, marker: &F) -> Site {
    Site::of_function(module, marker)
}

/// `#[sandbox]` on `main`: the whole process, if this `main` is the entry of the program.
///
/// # Errors
///
/// As [`Policy::restrict_process`].
pub fn restrict_main(site: Site, policy: Policy) -> Result<(), Error> {
    if !site.is_entry() {
        return Err(Error::new(site, ErrorKind::Place(PlaceError::NotTheEntry)));
    }
    let (is_settled, is_accepted) = (policy.requires_something(), policy.says_require());
    let enforcement = enforce(policy, Place::Process, site)?;
    if !is_settled {
        let missing = enforcement.missing_of_named();
        if !missing.is_empty() {
            tell_what_is_named_but_missing(missing, &enforcement, is_accepted);
        }
    }
    Ok(())
}

/// One line where the attribute grants something that this kernel leaves open to everybody anyway, or where nothing is
/// restricted at all.
#[cold]
fn tell_what_is_named_but_missing(missing: Rights, enforcement: &Enforcement, is_accepted: bool) {
    let advice = if is_accepted { "" } else { "; `require = fs` runs all the same, `require = all` does not" };
    tell(format_args!("{}{advice}", enforcement.without(missing)));
}

/// `#[sandbox(isolate = in_place)]`: the calling thread.
///
/// # Errors
///
/// As [`Policy::restrict_thread`].
pub fn restrict_in_place(site: Site, policy: Policy) -> Result<(), Error> {
    isolate::restrict_this_thread(policy, site).map(drop)
}

/// `#[sandbox]` on any function but `main`: a fresh thread for this call.
///
/// # Errors
///
/// As [`Policy::run`].
#[rustfmt::skip] // rustc shows the line of a bound that is not met: the way out stands on it.
pub fn run_on_thread<T, F>(site: Site, policy: Policy, stack: usize, body: F) -> Result<T, Error>
where
    F: FnOnce() -> T + Send, // not Send? Make it in the body, or pass `Arc` for `Rc` (`in_place` restricts its thread for good)
    T: ComesBack,
{
    isolate::run_on_fresh_thread(policy, site, stack, body)
}

/// What a function that returns `Result` fails with when its sandbox cannot be applied.
#[diagnostic::on_unimplemented(
    message = "`#[sandbox]` cannot turn its own error into `{Self}`",
    label = "`{Self}` does not implement `From<landlock_runtime::Error>`",
    note = "if the type is one of your crate, write `impl From<landlock_runtime::Error>` for it",
    note = "if it is not, write `on_error = panic` in the attribute, or return an error that has it, such as `std::io::Error`, \
            `anyhow::Error` or `Box<dyn Error + Send + Sync>`"
)]
pub trait FromError {
    #[doc(hidden)]
    fn from_error(error: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> FromError for E {
    fn from_error(error: Error) -> E {
        error.into()
    }
}

/// `on_error = return`.
///
/// # Errors
///
/// Always.
pub fn fail<T, E: FromError>(error: Error) -> Result<T, E> {
    Err(E::from_error(error))
}

/// `on_error = panic`.
#[track_caller]
pub fn panic(error: &Error) -> ! {
    panic!("{error:#}")
}

/// `on_error = exit(code)`, and the default on `main`.
pub fn exit(error: &Error, code: i32) -> ! {
    tell(format_args!("{error:#}"));
    std::process::exit(code)
}

/// A line on standard error, at once; if that is closed, there is nobody to tell.
#[cold]
fn tell(line: fmt::Arguments<'_>) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// `landlockconfig!`: a policy that grants what a file does, and what the file leaves unhandled.
#[cfg(feature = "landlockconfig")]
pub fn from_landlockconfig(policy: Policy, unhandled: Rights) -> Policy {
    policy.of_file_that_leaves(unhandled)
}
