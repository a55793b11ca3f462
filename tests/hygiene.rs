//! An expansion uses nothing of the user's names, whatever these are.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

use ::landlock_runtime::sandbox;

#[allow(dead_code)]
mod core {}
#[allow(dead_code)]
mod std {}
#[allow(dead_code)]
mod landlock_runtime {}

#[allow(dead_code)]
struct Policy;
#[allow(dead_code)]
enum Result {
    Ok,
    Err,
}
#[allow(dead_code)]
fn optional() {}
#[allow(dead_code)]
fn each() {}
#[allow(unused_macros)]
macro_rules! site {
    () => {};
}
#[allow(unused_macros)]
macro_rules! panic {
    () => {};
}

/// Parameters with the names that an expansion uses itself.
#[sandbox(read = [error, optional(value), ..policy], net_connect = port)]
fn shadowed(error: &str, value: &str, policy: &[&str], port: u16) -> (::std::string::String, usize, u16) {
    (::std::format!("{error}{value}"), policy.len(), port)
}

#[sandbox(isolate = in_place)]
fn in_place(error: u8) -> u8 {
    error
}

/// `self` in a macro's method keeps its own meaning.
macro_rules! methods {
    ($($name:ident)*) => {
        struct Made(u8);

        impl Made {
            $(
                #[sandbox(read = "/usr")]
                fn $name(&self, policy: u8) -> u8 {
                    self.0 + policy
                }
            )*
        }
    };
}
methods!(one two);

#[test]
fn user_names_mean_what_the_user_means() {
    let found = shadowed("/usr", "/missing", &["/etc"], 443);
    ::std::assert_eq!(found, (::std::borrow::ToOwned::to_owned("/usr/missing"), 1, 443));
    let thread = ::std::thread::spawn(|| in_place(3));
    ::std::assert_eq!(thread.join().ok(), ::std::option::Option::Some(3));
    let made = Made(1);
    ::std::assert_eq!((made.one(1), made.two(2)), (2, 3));
}

#[cfg_attr(all(), sandbox(read = "/usr"))]
#[cfg_attr(any(), sandbox(raed = "never seen"))]
fn configured() -> bool {
    ::std::fs::read_dir("/etc").is_err()
}

#[test]
fn attributes_under_conditions_work() {
    ::std::assert!(configured() && ::std::fs::read_dir("/etc").is_ok());
}
