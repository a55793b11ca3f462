//! A checked sandbox in, tokens out. Every path of the runtime is spelled in `runtime.rs` and nowhere else.

mod function;
#[cfg(feature = "landlockconfig")]
mod landlockconfig;
mod lints;
mod parameters;
mod policy;
mod process;
mod runtime;

#[cfg(feature = "landlockconfig")]
pub(crate) use landlockconfig::landlockconfig;

use crate::check::{Needed, Policy, Sandbox};
use crate::parse::{Function, Parameter, ParsedPolicy};
use proc_macro2::{Punct, Spacing, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;

/// The function; where it needs a feature of the runtime, that and the error in one: the runtime of each build takes the one
/// that is true of it.
pub(crate) fn sandbox(sandbox: &Sandbox, item: &TokenStream) -> TokenStream {
    let function = function::function(sandbox);
    let Some(Needed { feature, lacking }) = &sandbox.needed else { return function };
    let choice = function::runtime(sandbox).private(&format!("if_{feature}"));
    let unchanged = unchanged(item, lacking);
    quote_spanned!(runtime::hygienic()=> #choice! { { #function } else { #unchanged } })
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

/// Where the attribute is expanded again: below an executor's, or on each of the functions that a condition makes of one.
pub(crate) fn again(arguments: &TokenStream, parsed: &ParsedPolicy, function: &Function) -> Option<TokenStream> {
    let sandbox = runtime::Runtime(parsed.runtime().as_ref()).public("sandbox");
    let hash = Punct::new('#', Spacing::Alone);
    let attribute = quote!(#hash [#sandbox(#arguments)]);
    below_executor(&attribute, function).or_else(|| under_conditions(&attribute, function))
}

/// An executor's attribute on any function but main must act first: the attribute moves below it, and acts on the plain
/// function that the executor makes. On main it is the other way round: restrict first, before it starts its threads.
fn below_executor(attribute: &TokenStream, function: &Function) -> Option<TokenStream> {
    let executor = function.executor().filter(|_| !function.is_main())?;
    let (above, below) = function.attributes.split_at(executor + 1);
    let rest = function::plain(function, below, whole_body(function));
    Some(quote!(#(#above)* #attribute #rest))
}

/// A parameter under a condition is there or not: the function once with it and once without, of which the compiler takes
/// one.
fn under_conditions(attribute: &TokenStream, function: &Function) -> Option<TokenStream> {
    let is_condition = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    let has_one = |parameter: &Parameter| parameter.attributes.iter().any(|attribute| is_condition(&attribute));
    let at = function.parameters.iter().position(has_one)?;
    let parameter = &function.parameters[at];
    let (conditions, others): (Vec<_>, Vec<_>) = parameter.attributes.iter().partition(is_condition);
    let conditions = conditions.iter().map(|condition| condition.meta.require_list());
    let conditions = conditions.map(|list| list.map(|list| &list.tokens)).collect::<Result<Vec<_>, _>>().ok()?;
    let condition = if let [one] = conditions[..] { one.clone() } else { quote!(all(#(#conditions),*)) };
    let mut parameters: Vec<_> = function.parameters.iter().map(parameters::as_written).collect();
    let variant = |condition: TokenStream, parameters: &[TokenStream]| {
        let rest =
            function::signature(function, &function.attributes, &function.qualifiers, parameters, whole_body(function));
        quote!(#[cfg(#condition)] #attribute #rest)
    };
    parameters[at] = parameters::with_attributes(parameter, others);
    let with = variant(quote!(#condition), &parameters);
    parameters.remove(at);
    let without = variant(quote!(not(#condition)), &parameters);
    Some(quote!(#with #without))
}

fn whole_body(function: &Function) -> TokenStream {
    let (attributes, body) = (&function.inner_attributes, function.body.stream());
    quote!(#(#attributes)* #body)
}
