//! A file of the package that is compiled, in an expression of every kind of place.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]

#[allow(dead_code)]
struct Policy;
#[allow(dead_code)]
fn each() {}

#[::landlock_runtime::sandbox(include = ::landlock_runtime::landlockconfig!("ui/landlockconfig/good.toml"))]
fn listed() -> bool {
    ::std::fs::read_dir("/usr").is_ok()
}

fn main() {
    let policy: ::landlock_runtime::Policy = ::landlock_runtime::landlockconfig!("ui/landlockconfig/good.toml",);
    ::std::assert_eq!(::std::format!("{policy}"), "#[sandbox(read_file = optional(\"/etc\"))]");
    ::std::assert!(!listed());
}
