//! Places that are restricted once, before the first call: their policy cannot depend on a call. Rust refuses that by
//! itself, in words about statics; here are better ones, for what tokens show.

use super::isolate::Isolate;
use super::{Call, Checked};
use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use proc_macro2::{TokenStream, TokenTree};

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
    let decided = Decided::by(function);
    for call in calls {
        walk(expression(&call.value), false, &mut |before, token, after, in_macro| {
            let Some((name, what)) = decided.named(before, token, after, in_macro) else { return };
            let message = format!(
                "`{name}` {what}, and {kept} are restricted once, for all calls: write `isolate = {way_out}`, or a policy that \
                 is the same for all"
            );
            diagnostics.error(token, message);
        });
    }
}

/// The names of what a call decides.
struct Decided {
    arguments: Vec<String>,
    types: Vec<String>,
}

impl Decided {
    fn by(function: &Function) -> Decided {
        let arguments = function.parameters.iter().flat_map(|parameter| {
            let bound = parameter.bindings().into_iter().map(|binding| binding.name);
            bound.chain(parameter.receiver().cloned())
        });
        let types = function.generic_names().into_iter().map(|name| name.to_string());
        Decided {
            arguments: arguments.map(|name| name.to_string()).collect(),
            types: types.chain(["Self".to_owned()]).collect(),
        }
    }

    /// The name that a token stands for, and what that is.
    fn named(
        &self,
        before: &[TokenTree],
        token: &TokenTree,
        after: &[TokenTree],
        in_macro: bool,
    ) -> Option<(&str, &'static str)> {
        let is_argument = |name: &&String| match token {
            TokenTree::Ident(word) => word == name && is_value(before, after),
            TokenTree::Literal(format) => in_macro && is_in_format(&format.to_string(), name),
            _ => false,
        };
        let is_type = |name: &&String| matches!(token, TokenTree::Ident(word) if word == name) && !is_segment(before);
        let argument = self.arguments.iter().find(is_argument).map(|name| (name.as_str(), "is an argument"));
        argument
            .or_else(|| self.types.iter().find(is_type).map(|name| (name.as_str(), "is not the same for all calls")))
    }
}

/// `"{name}"`, `"{name:?}"`
fn is_in_format(format: &str, name: &str) -> bool {
    [format!("{{{name}}}"), format!("{{{name}:")].iter().any(|hole| format.contains(hole))
}

/// What the user wrote, where Rust judges it.
fn expression(value: &Checked) -> TokenStream {
    match value {
        Checked::Borrowed(tokens) | Checked::Copied(tokens) | Checked::Spread(tokens) => tokens.clone(),
        Checked::Wrapped { inner, .. } => expression(inner),
        Checked::Literal(_) | Checked::Path(_) | Checked::Template(_) | Checked::Name(_) => TokenStream::new(),
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
