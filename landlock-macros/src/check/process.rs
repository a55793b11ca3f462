//! What cannot be a call in a process, as far as its signature shows: arguments and value are copies.

use super::{Call, paths};
use crate::diagnostics::Diagnostics;
use crate::keys::Kind;
use crate::parse::{Function, Parameter};
use proc_macro2::{TokenStream, TokenTree};

/// The most that a call takes.
const ARGUMENTS: usize = 12;

pub(super) fn refuse_what_cannot_cross(function: &Function, diagnostics: &mut Diagnostics) {
    let stream = |tokens: &[TokenTree]| tokens.iter().cloned().collect::<TokenStream>();
    for parameter in &function.parameters {
        if let Some(word) = borrowed_mutably(parameter) {
            diagnostics.error(
                word,
                "a process gets copies, so what it writes through `&mut` would be lost: take the value, and return it",
            );
        }
        if function.is_method() && !is_name(parameter) {
            diagnostics.error(
                stream(&parameter.pattern),
                "the process calls this method again, with its arguments by name: write a name, and take it apart in the body",
            );
        }
    }
    let arguments = function.parameters.iter().map(|parameter| parameter.bindings().len().max(1)).sum::<usize>();
    if arguments > ARGUMENTS {
        diagnostics.error(
            &function.name,
            format!("a call in a process takes up to {ARGUMENTS} arguments, and here are {arguments}: put some into a struct"),
        );
    }
    if let Some(and) = borrow(function.output.iter().cloned()) {
        diagnostics.error(
            and,
            "a value comes back from a process as a copy, and borrows from nothing here: return what owns it, such as `String` \
             for `&str`",
        );
    }
    if let [TokenTree::Punct(never)] = &function.output[..] {
        let message =
            format!("a call in a process ends with a value, and `{never}` has none: write its type, `()` for nothing");
        diagnostics.error(never, message);
    }
}

/// Literals that name something else in each process: the rule is made here, so it would be on what is this process's own.
pub(super) fn refuse_what_is_the_parents(calls: &[Call], diagnostics: &mut Diagnostics) {
    for call in calls.iter().filter(|call| matches!(call.key.kind, Kind::Paths)) {
        let Some(literal) = paths::literal(&call.value) else { continue };
        let path = literal.value();
        let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let instead = match &parts[..] {
            ["dev", "stdin" | "stdout" | "stderr" | "fd", ..] | ["proc", "self" | "thread-self", "fd", ..] => {
                "open it in the caller, and pass the `File` as an argument: it crosses as a descriptor, which needs no rule"
            }
            // These lead out of it.
            ["proc", "self" | "thread-self", "exe" | "cwd" | "root", ..] => continue,
            ["proc", "self" | "thread-self" | "net" | "mounts", ..] => {
                "write `include = landlock_runtime::presets::proc_self()`, which is the directory of the process of the call"
            }
            _ => continue,
        };
        let message =
            format!("{path:?} is another file in each process, and the rule would be on that of the caller: {instead}");
        diagnostics.error(&literal, message);
    }
}

/// A type without a name.
pub(super) fn refuse_impl(function: &Function, diagnostics: &mut Diagnostics) {
    if function.returns_impl() {
        let message = "a value comes back from a process as bytes: write the type that it has";
        diagnostics.error(function.output.iter().cloned().collect::<TokenStream>(), message);
    }
}

/// The first `&`.
fn borrow(tokens: impl IntoIterator<Item = TokenTree>) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match &token {
        TokenTree::Punct(and) if and.as_char() == '&' => Some(token),
        TokenTree::Group(group) => borrow(group.stream()),
        _ => None,
    })
}

/// A receiver, `_`, or a name: what can be handed on.
fn is_name(parameter: &Parameter) -> bool {
    parameter.receiver().is_some()
        || match &parameter.pattern[..] {
            [TokenTree::Ident(_)] => true,
            [TokenTree::Ident(word), TokenTree::Ident(_)] => word == "mut",
            _ => false,
        }
}

/// The `mut` of `&mut T` and of `&'a mut T`.
fn borrowed_mutably(parameter: &Parameter) -> Option<&TokenTree> {
    let is_receiver = parameter.receiver().is_some() && parameter.ty.is_empty();
    let tokens = if is_receiver { &parameter.pattern } else { &parameter.ty };
    let is_mut = |token: &&TokenTree| matches!(token, TokenTree::Ident(word) if word == "mut");
    match &tokens[..] {
        [TokenTree::Punct(and), rest @ ..] if and.as_char() == '&' => match rest {
            [TokenTree::Punct(quote), _, rest @ ..] if quote.as_char() == '\'' => rest.first().filter(is_mut),
            rest => rest.first().filter(is_mut),
        },
        _ => None,
    }
}
