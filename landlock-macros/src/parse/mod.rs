//! Tokens in, the pieces that the user wrote out. Nothing is judged here but their shape.

mod function;
mod pattern;
mod policy;
pub(crate) mod tokens;

pub(crate) use function::{Function, Parameter, function};
pub(crate) use pattern::Binding;
pub(crate) use policy::{Argument, Named, ParsedPolicy, Value, policy};
