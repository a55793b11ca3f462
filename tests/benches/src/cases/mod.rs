//! The cases, a family in each file. A family is made right before it is measured, and gone before the next.

mod isolate;
mod open;
mod rules;
mod start;
mod warm;

use crate::case::Case;

/// How a family makes its cases.
type Family = fn() -> Vec<Case>;

/// In the order in which they are measured.
pub(crate) const FAMILIES: [(&str, Family); 5] = [
    ("start", start::cases),
    ("rules", rules::cases),
    ("isolate", isolate::cases),
    ("warm", warm::cases),
    ("open", open::cases),
];
