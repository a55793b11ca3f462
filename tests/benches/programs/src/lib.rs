//! The same sandboxes, written twice without this project: as raw system calls, and by hand with the `landlock` crate. Rules
//! come in; the calling thread is restricted, or a ruleset leaves. What fails panics: a benchmark has nothing to say about it.

pub mod by_hand;
pub mod counted;
pub mod plan;
pub mod raw;
pub mod timed;
