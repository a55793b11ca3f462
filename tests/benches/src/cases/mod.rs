//! The cases, a family in each file. A family is made right before it is measured, and gone before the next.

mod check;
mod child;
mod compile;
mod isolate;
mod open;
mod prepared;
mod rules;
mod start;
mod warm;

use crate::case::Case;
use std::thread;

/// How a family makes its cases.
type Family = fn() -> Vec<Case>;

/// In the order in which they are measured.
pub(crate) const FAMILIES: [(&str, Family); 9] = [
    ("start", start::cases),
    ("rules", rules::cases),
    ("isolate", isolate::cases),
    ("warm", warm::cases),
    ("prepared", prepared::cases),
    ("child", child::cases),
    ("open", open::cases),
    ("check", check::cases),
    ("compile", compile::cases),
];

/// A thread for one call that does this first.
fn bare(restrict: impl FnOnce() + Send) -> u64 {
    let body = || {
        restrict();
        2
    };
    thread::scope(|scope| scope.spawn(body).join()).expect("the thread returns")
}
