//! Places that are restricted once, before the first call: their policy cannot depend on a call. Rust refuses that by
//! itself, in words about statics; here are better ones, for what tokens show.

use super::isolate::Isolate;
use super::{Call, Checked};
use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use proc_macro2::{Ident, TokenStream, TokenTree};

pub(super) fn refuse_what_a_call_decides(
    isolate: Isolate,
    function: &Function,
    calls: &[Call],
    diagnostics: &mut Diagnostics,
) {
    let (kept, way_out) = match isolate {
        Isolate::Pool { .. } => ("the threads of a pool", "thread"),
        Isolate::Process { reuse: Some(_) } => ("processes that are used again", "process"),
        _ => return,
    };
    let arguments = function.parameters.iter().flat_map(|parameter| {
        let bound = parameter.bindings().into_iter().map(|binding| binding.name);
        bound.chain(parameter.receiver().cloned())
    });
    let arguments: Vec<_> = arguments.map(|name| name.to_string()).collect();
    let mut types: Vec<_> = function.generic_names().iter().map(Ident::to_string).collect();
    types.push("Self".to_owned());
    for call in calls {
        walk(expression(&call.value), &mut |before, word, after| {
            let name = word.to_string();
            let what = if arguments.contains(&name) && is_value(before, after) {
                "is an argument"
            } else if types.contains(&name) && !is_segment(before) {
                "may differ from call to call"
            } else {
                return;
            };
            let message = format!(
                "`{name}` {what}, and {kept} are restricted once, before the first: write `isolate = {way_out}`, or a \
                 policy that is always the same"
            );
            diagnostics.error(word, message);
        });
    }
}

/// What the user wrote, where Rust judges it.
fn expression(value: &Checked) -> TokenStream {
    match value {
        Checked::Borrowed(tokens) | Checked::Copied(tokens) | Checked::Spread(tokens) => tokens.clone(),
        Checked::Wrapped { inner, .. } => expression(inner),
        Checked::Literal(_) | Checked::Template(_) | Checked::Name(_) => TokenStream::new(),
    }
}

/// Every word, with what stands around it; but not where a closure may bind names of its own.
fn walk(tokens: TokenStream, see: &mut impl FnMut(&[TokenTree], &Ident, &[TokenTree])) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    if tokens.iter().any(|token| is_punct(Some(token), '|')) {
        return;
    }
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) => see(&tokens[..at], word, &tokens[at + 1..]),
            TokenTree::Group(group) => walk(group.stream(), see),
            _ => {}
        }
    }
}

/// Whether a word names a value here: no field, no part of a path, no macro.
fn is_value(before: &[TokenTree], after: &[TokenTree]) -> bool {
    let is_field = is_punct(before.last(), '.') && !is_punct(before.iter().nth_back(1), '.');
    !is_field && !is_segment(before) && !is_punct(after.first(), ':') && !is_punct(after.first(), '!')
}

/// Whether `::` stands before it.
fn is_segment(before: &[TokenTree]) -> bool {
    is_punct(before.last(), ':')
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}
