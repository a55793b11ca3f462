//! The attribute of `landlock-runtime`. Name that crate, not this one: what this one emits is private between the two.

mod check;
mod diagnostics;
mod emit;
mod keys;
#[cfg(feature = "landlockconfig")]
mod landlockconfig;
mod parse;
mod pipeline;
#[cfg(test)]
mod tests;
mod vocabulary;

/// Restricts a function, or the whole program on `main`, to what the attribute grants.
///
/// See the crate `landlock_runtime`, which exports it.
#[proc_macro_attribute]
pub fn sandbox(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    pipeline::sandbox(&arguments.into(), &item.into()).into()
}

/// A policy, in the grammar of the attribute, as an expression.
///
/// See the crate `landlock_runtime`, which exports it.
#[proc_macro]
pub fn policy(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    pipeline::policy(&arguments.into()).into()
}

/// A policy from a landlockconfig file.
///
/// See the crate `landlock_runtime`, which exports it.
#[cfg(feature = "landlockconfig")]
#[proc_macro]
pub fn landlockconfig(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    landlockconfig::landlockconfig(arguments.into()).into()
}

/// The table of the keys, for the documentation of the runtime.
#[doc(hidden)]
#[proc_macro]
pub fn __key_table(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    proc_macro::TokenTree::Literal(proc_macro::Literal::string(&keys::table())).into()
}
