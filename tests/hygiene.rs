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
#[allow(unused_macros)]
macro_rules! argument {
    () => {};
}
#[allow(unused_macros)]
macro_rules! reply {
    () => {};
}
#[allow(unused_macros)]
macro_rules! returned {
    () => {};
}
#[allow(dead_code)]
mod returned {}
#[allow(dead_code)]
trait IsDone {}
#[allow(dead_code)]
struct Pool;
#[allow(dead_code)]
struct Process;
#[allow(dead_code)]
static WORKERS: () = ();

fn policy() -> ::landlock_runtime::Policy {
    ::landlock_runtime::Policy::new().read("/usr")
}

/// Whether these can be listed: a granted directory, and another.
fn lists() -> (bool, bool) {
    (::std::fs::read_dir("/usr").is_ok(), ::std::fs::read_dir("/etc").is_ok())
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

#[sandbox(isolate = pool(workers = 1), include = policy())]
fn pooled(error: u8, pool: u8, value: u8) -> (u8, (bool, bool)) {
    (error + pool + value, lists())
}

#[sandbox(isolate = process, read = [policy, error])]
fn process(error: &str, value: u8, policy: &str, argument0: u8) -> (::std::string::String, u8, (bool, bool)) {
    (::std::format!("{error}{policy}"), value + argument0, lists())
}

#[sandbox(isolate = process(reuse, workers = 1), include = policy())]
fn reused(argument: u8, reply: u8, called: u8) -> (u8, (bool, bool)) {
    (argument + reply + called, lists())
}

/// A type parameter that only the call names, and a method of the same name on what it is called on.
trait Halved {
    fn halved<T>(&self, argument1: u8, argument0: u8) -> (u8, usize);
}

impl Halved for u8 {
    #[sandbox(isolate = process)]
    fn halved<T>(&self, argument1: u8, argument0: u8) -> (u8, usize) {
        (self / 2 + argument1 - argument0, ::std::mem::size_of::<T>())
    }
}

/// A parameter under a condition, in each way of handing it on.
macro_rules! under_conditions {
    ($($name:ident = $isolate:expr),*) => {$(
        #[sandbox(isolate = $isolate)]
        fn $name(one: u8, #[cfg(unix)] mut two: u8, #[cfg(windows)] three: u8, #[cfg(unix)] #[cfg(windows)] four: u8) -> u8 {
            two += 1;
            one + two
        }
    )*};
}
under_conditions!(conditional_thread = thread, conditional_in_place = in_place);

#[sandbox(isolate = pool)]
fn conditional_pool(one: u8, #[cfg(unix)] mut two: u8, #[cfg(windows)] three: u8) -> u8 {
    two += 1;
    one + two
}

#[sandbox(isolate = process)]
fn conditional_process(#[cfg(windows)] one: u8, two: u8, #[cfg(unix)] mut three: u8) -> u8 {
    three += 1;
    three + two
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
    ::std::assert_eq!(pooled(1, 2, 3), (6, (true, false)));
    let found = process("/proc", 1, "/usr", 2);
    ::std::assert_eq!(found, (::std::borrow::ToOwned::to_owned("/proc/usr"), 3, (true, false)));
    ::std::assert_eq!(reused(1, 2, 3), (6, (true, false)));
    ::std::assert_eq!(8_u8.halved::<u32>(2, 1), (5, 4));
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

#[test]
fn parameters_under_conditions_are_there_or_not() {
    ::std::assert_eq!(conditional_thread(1, 2), 4);
    ::std::assert_eq!(::std::thread::spawn(|| conditional_in_place(1, 2)).join().ok(), ::std::option::Option::Some(4));
    ::std::assert_eq!((conditional_pool(1, 2), conditional_process(1, 2)), (4, 4));
}

/// The harness calls it, and another process runs it.
#[test]
#[sandbox(isolate = process, include = policy())]
fn a_test_can_be_a_call_in_a_process() {
    ::std::assert_eq!(lists(), (true, false));
}

#[test]
#[should_panic(expected = "the body says so")]
#[sandbox(isolate = process)]
fn a_test_fails_when_its_process_does() {
    ::std::panic!("the body says so");
}

#[test]
fn assertions_on_an_operation() {
    ::landlock_runtime::testing::assert_allowed!(policy(), ::std::fs::read_dir("/usr"));
    ::landlock_runtime::testing::assert_denied!(policy(), |_| ::std::fs::read_dir("/etc"));
}
