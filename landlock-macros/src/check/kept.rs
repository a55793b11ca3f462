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
        walk(expression(&call.value), false, &mut |before, token, after, in_macro| {
            let argument = match token {
                TokenTree::Ident(word) if is_value(before, after) => arguments.iter().find(|name| word == name),
                TokenTree::Literal(format) if in_macro => {
                    let format = format.to_string();
                    arguments.iter().find(|name| {
                        [format!("{{{name}}}"), format!("{{{name}:")].iter().any(|hole| format.contains(hole))
                    })
                }
                _ => None,
            };
            let of_a_type = match token {
                TokenTree::Ident(word) if !is_segment(before) => types.iter().find(|name| word == name),
                _ => None,
            };
            let (name, what) = match (argument, of_a_type) {
                (Some(name), _) => (name, "is an argument"),
                (None, Some(name)) => (name, "is not the same for all calls"),
                (None, None) => return,
            };
            let message = format!(
                "`{name}` {what}, and {kept} are restricted once, for all calls: write `isolate = {way_out}`, or a policy that \
                 is the same for all"
            );
            diagnostics.error(token, message);
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

/// Every token, with what stands around it; but not where a closure may bind names of its own.
fn walk(tokens: TokenStream, in_macro: bool, see: &mut impl FnMut(&[TokenTree], &TokenTree, &[TokenTree], bool)) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    if tokens.iter().any(|token| is_punct(Some(token), '|')) {
        return;
    }
    for (at, token) in tokens.iter().enumerate() {
        let (before, after) = (&tokens[..at], &tokens[at + 1..]);
        match token {
            TokenTree::Group(group) => walk(group.stream(), is_punct(before.last(), '!'), see),
            token => see(before, token, after, in_macro),
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
