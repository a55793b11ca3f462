//! The order of the steps.

use crate::diagnostics::Diagnostics;
use crate::{check, emit, parse};
use proc_macro2::TokenStream;

/// Arguments and item of `#[sandbox]` in; the expansion out, or every error beside the unchanged item.
pub(crate) fn sandbox(arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let policy = parse::policy(arguments.clone(), &mut diagnostics);
    let function = parse::function(item.clone(), &mut diagnostics);
    if let Some(again) = function.as_ref().and_then(|function| emit::again(arguments, &policy, function)) {
        diagnostics.leave_to_the_next_expansion();
        return again;
    }
    let checked = check::sandbox(policy, function, &mut diagnostics);
    match diagnostics.finish(checked) {
        Ok(sandbox) => emit::sandbox(&sandbox, item),
        Err(errors) => emit::unchanged(item, &errors),
    }
}

/// The arguments of `policy!` in; an expression of type `Policy` out, or every error.
pub(crate) fn policy(arguments: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let parsed = parse::policy(arguments.clone(), &mut diagnostics);
    let checked = check::policy(parsed, &mut diagnostics);
    match diagnostics.finish(Some(checked)) {
        Ok(policy) => emit::policy(&policy),
        Err(errors) => emit::no_expression(&errors),
    }
}
