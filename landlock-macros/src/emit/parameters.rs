//! The parameters, as they stand; and as they move into the closure that runs on a fresh thread.

use super::runtime::hygienic;
use crate::parse::Parameter;
use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use std::collections::HashSet;

pub(super) fn as_written(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &parameter.pattern.iter().cloned().collect())
}

fn with_pattern(parameter: &Parameter, pattern: &TokenStream) -> TokenStream {
    let Parameter { attributes, ty, .. } = parameter;
    let ty = (!ty.is_empty()).then(|| quote!(: #(#ty)*));
    quote!(#(#attributes)* #pattern #ty)
}

/// A parameter of the outer function, and the statement that moves it into the closure.
pub(super) struct Moved {
    pub(super) parameter: TokenStream,
    pub(super) statement: TokenStream,
}

impl Moved {
    pub(super) fn of(position: usize, parameter: &Parameter, used: &HashSet<String>) -> Moved {
        if let Some(this) = parameter.receiver() {
            return Moved { parameter: as_written(parameter), statement: quote_spanned!(hygienic()=> let _ = &#this;) };
        }
        let cfgs: Vec<_> = parameter.attributes.iter().filter(|a| a.path().is_ident("cfg")).collect();
        if let Some(underscore) = unnamed(&parameter.pattern) {
            let name = Ident::new(&format!("_unnamed{position}"), hygienic().located_at(underscore.span()));
            return Moved {
                parameter: with_pattern(parameter, &name.to_token_stream()),
                statement: quote_spanned!(hygienic()=> #(#cfgs)* let _ = &#name;),
            };
        }
        let mut pattern = TokenStream::new();
        let mut statement = TokenStream::new();
        for binding in bindings(&parameter.pattern, &mut pattern) {
            let Binding { name, mutability } = binding;
            let allow = used.contains(&name.to_string()).then(|| quote!(#[allow(unused_variables)]));
            statement.extend(quote_spanned!(hygienic()=> #(#cfgs)* #allow let #mutability #name = #name;));
        }
        Moved { parameter: with_pattern(parameter, &pattern), statement }
    }
}

/// `_`: nobody can name it, and it is dropped all the same.
fn unnamed(pattern: &[TokenTree]) -> Option<&Ident> {
    match pattern {
        [TokenTree::Ident(word)] if word == "_" => Some(word),
        _ => None,
    }
}

struct Binding {
    name: Ident,
    mutability: Option<Ident>,
}

/// What stands before a word in a pattern, as far as it says whether the word binds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// `&`, whose `mut` stays; `ref` likewise.
    Reference,
    /// The first colon of `::`.
    HalfPath,
    /// `::`, after which a path goes on.
    Path,
    Other,
}

/// The names that a pattern binds. `mut` moves from the pattern to the closure, where the name is used.
fn bindings(pattern: &[TokenTree], rest: &mut TokenStream) -> Vec<Binding> {
    let mut found = Vec::new();
    let mut mutability = None;
    let mut before = Before::Other;
    for (at, token) in pattern.iter().enumerate() {
        let mut token = token.clone();
        match &token {
            TokenTree::Ident(word) if word == "mut" && before != Before::Reference => {
                mutability = Some(word.clone());
                continue;
            }
            TokenTree::Ident(word) if before != Before::Path && binds(word, pattern, at) => {
                found.push(Binding { name: word.clone(), mutability: mutability.take() });
            }
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let mut copy = TokenStream::new();
                found.extend(bindings(&inner, &mut copy));
                let mut copy = Group::new(group.delimiter(), copy);
                copy.set_span(group.span());
                token = TokenTree::Group(copy);
            }
            _ => {}
        }
        before = match &token {
            TokenTree::Ident(word) if word == "ref" => Before::Reference,
            TokenTree::Punct(punct) => after(punct, before),
            _ => Before::Other,
        };
        rest.extend([token]);
    }
    found
}

fn after(punct: &Punct, before: Before) -> Before {
    match punct.as_char() {
        '&' => Before::Reference,
        ':' if before == Before::HalfPath => Before::Path,
        ':' if punct.spacing() == Spacing::Joint => Before::HalfPath,
        _ => Before::Other,
    }
}

/// Whether the word at this place is a name, and not a keyword, a field, a path or a constant. A word in capitals is one of
/// the latter, unless it is the whole pattern.
fn binds(word: &Ident, pattern: &[TokenTree], at: usize) -> bool {
    let leads_on = match pattern.get(at + 1) {
        Some(TokenTree::Group(_)) => true,
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ':' | '!' | '<'),
        _ => false,
    };
    let in_capitals = word.to_string().starts_with(char::is_uppercase);
    !leads_on
        && !["ref", "mut", "_", "box"].iter().any(|keyword| word == keyword)
        && (pattern.len() == 1 || !in_capitals)
}
