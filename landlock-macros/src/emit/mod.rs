//! A checked sandbox in, tokens out. Every path of the runtime is spelled in `runtime.rs` and nowhere else.

mod function;
#[cfg(feature = "landlockconfig")]
mod landlockconfig;
mod parameters;
mod policy;
mod process;
mod runtime;

#[cfg(feature = "landlockconfig")]
pub(crate) use landlockconfig::landlockconfig;

use crate::check::{Policy, Sandbox};
use crate::parse::{Function, ParsedPolicy};
use proc_macro2::{Punct, Spacing, TokenStream};
use quote::quote;

pub(crate) fn sandbox(sandbox: &Sandbox) -> TokenStream {
    function::function(sandbox)
}

pub(crate) fn policy(policy: &Policy) -> TokenStream {
    policy::policy(policy)
}

/// Errors where an expression is to stand, of whatever type: the last one is that expression. One that diverges would make
/// what surrounds it unreachable, and a warning of that.
pub(crate) fn no_expression(errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    quote!({ #errors })
}

/// The user's item as it was, beside the errors. The allowance is for a parameter that only the attribute used.
pub(crate) fn unchanged(item: &TokenStream, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    quote! {
        #[allow(unused_variables)]
        #item
        #errors
    }
}

/// An executor's attribute on any function but main must act first: the attribute moves below it, and acts on the plain
/// function that the executor makes. On main it is the other way round: restrict first, before it starts its threads.
pub(crate) fn below_executor(
    arguments: &TokenStream,
    parsed: &ParsedPolicy,
    function: &Function,
) -> Option<TokenStream> {
    let executor = function.executor().filter(|_| !function.is_main())?;
    let (above, below) = function.attributes.split_at(executor + 1);
    let sandbox = runtime::Runtime(parsed.runtime().as_ref()).public("sandbox");
    let hash = Punct::new('#', Spacing::Alone);
    let (attributes, body) = (&function.inner_attributes, function.body.stream());
    let rest = function::plain(function, below, &quote!({ #(#attributes)* #body }));
    Some(quote!(#(#above)* #hash [#sandbox(#arguments)] #rest))
}
