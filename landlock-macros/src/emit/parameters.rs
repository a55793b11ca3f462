//! The parameters, as they stand; and as they move into the closure that runs on a fresh thread.

use super::runtime::hygienic;
use crate::parse::Parameter;
use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use std::collections::HashSet;

pub(super) fn as_written(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &parameter.pattern.iter().cloned().collect())
}

/// The parameter, with nothing to change: what is handed on as it is needs no `mut`.
pub(super) fn immutable(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &without_mut(parameter.pattern.iter().cloned()))
}

fn without_mut(pattern: impl IntoIterator<Item = TokenTree>) -> TokenStream {
    let mut of_a_reference = false;
    let keep = |token: TokenTree| {
        let was_of_a_reference = of_a_reference;
        of_a_reference = match &token {
            TokenTree::Punct(and) => and.as_char() == '&',
            TokenTree::Ident(word) => word == "ref",
            _ => false,
        };
        match token {
            TokenTree::Group(group) => {
                let mut kept = Group::new(group.delimiter(), without_mut(group.stream()));
                kept.set_span(group.span());
                Some(kept.into())
            }
            TokenTree::Ident(word) if word == "mut" && !was_of_a_reference => None,
            token => Some(token),
        }
    };
    pattern.into_iter().filter_map(keep).collect()
}

/// The names that a parameter binds, each with its `mut`; those that nobody can name are left out.
pub(super) fn bound(parameter: &Parameter) -> Vec<(Option<Ident>, Ident)> {
    let mut names = Vec::new();
    bindings(&parameter.pattern, &mut names);
    names.into_iter().map(|name| (mutable(&parameter.pattern, &name), name)).collect()
}

/// The `mut` in front of a name.
fn mutable(pattern: &[TokenTree], name: &Ident) -> Option<Ident> {
    let mut before = None;
    for token in pattern {
        match token {
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                if let Some(found) = mutable(&inner, name) {
                    return Some(found);
                }
            }
            TokenTree::Ident(word) if word == name => return before.filter(|word: &Ident| word == "mut"),
            _ => {}
        }
        before = match token {
            TokenTree::Ident(word) => Some(word.clone()),
            _ => None,
        };
    }
    None
}

fn with_pattern(parameter: &Parameter, pattern: &TokenStream) -> TokenStream {
    let Parameter { attributes, ty, .. } = parameter;
    let ty = (!ty.is_empty()).then(|| quote!(: #(#ty)*));
    quote!(#(#attributes)* #pattern #ty)
}

/// A parameter of the outer function, and the statements that make the closure take all of it: also what its body does
/// not name, for whatever drops that is to be restricted, too.
pub(super) struct Moved {
    pub(super) parameter: TokenStream,
    pub(super) statement: TokenStream,
}

/// The words that decide how a parameter moves.
pub(super) struct Words {
    /// In the body, with the text of its literals: these may be formats.
    pub(super) body: HashSet<String>,
    /// In the values of the attribute.
    pub(super) attribute: HashSet<String>,
}

impl Words {
    pub(super) fn in_body(&self, name: &Ident) -> bool {
        let word = name.to_string();
        self.body.iter().any(|used| *used == word || used.starts_with('"') && used.contains(&word))
    }

    pub(super) fn in_attribute(&self, name: &Ident) -> bool {
        self.attribute.contains(&name.to_string())
    }
}

impl Moved {
    pub(super) fn of(position: usize, parameter: &Parameter, words: &Words) -> Moved {
        if let Some(this) = parameter.receiver() {
            return Moved { parameter: as_written(parameter), statement: quote_spanned!(hygienic()=> let _ = &#this;) };
        }
        let cfgs: Vec<_> = parameter.attributes.iter().filter(|a| a.path().is_ident("cfg")).collect();
        if unnamed(&parameter.pattern).is_some() {
            let (parameter, name) = named(position, parameter);
            return Moved { parameter, statement: quote_spanned!(hygienic()=> #(#cfgs)* let _ = &#name;) };
        }
        let mut names = Vec::new();
        bindings(&parameter.pattern, &mut names);
        let statements = names.iter().map(|name| (&cfgs, whole(name, words)));
        let statement = statements.map(|(cfgs, statement)| quote!(#(#cfgs)* #statement)).collect();
        Moved { parameter: as_written(parameter), statement }
    }
}

/// A name that the body uses is borrowed, so that the closure captures it whole, and not only a field of it. One that the
/// body does not use is bound anew: if nobody uses it, the compiler says so, as without the attribute.
fn whole(name: &Ident, words: &Words) -> TokenStream {
    if name.to_string().starts_with('_') {
        quote_spanned!(hygienic()=> #[allow(clippy::used_underscore_binding)] let _ = &#name;)
    } else if words.in_body(name) || words.in_attribute(name) {
        quote_spanned!(hygienic()=> let _ = &#name;)
    } else {
        quote_spanned!(hygienic()=> let #name = #name;)
    }
}

/// The parameter with its name: its own, or one for `_`. It is no other pattern.
pub(super) fn named(position: usize, parameter: &Parameter) -> (TokenStream, Ident) {
    let name = unnamed(&parameter.pattern)
        .map(|underscore| Ident::new(&format!("__unnamed{position}"), hygienic().located_at(underscore.span())));
    match (name, parameter.receiver(), parameter.pattern.last()) {
        (Some(name), ..) => (with_pattern(parameter, &name.to_token_stream()), name),
        (None, Some(this), _) => (as_written(parameter), this.clone()),
        (None, None, Some(TokenTree::Ident(name))) => (as_written(parameter), name.clone()),
        _ => unreachable!("the check refuses other patterns of a method"),
    }
}

/// `_`: nobody can name it, and it is dropped all the same.
fn unnamed(pattern: &[TokenTree]) -> Option<&Ident> {
    match pattern {
        [TokenTree::Ident(word)] if word == "_" => Some(word),
        _ => None,
    }
}

/// The names that a pattern binds.
fn bindings(pattern: &[TokenTree], names: &mut Vec<Ident>) {
    // How much of `::` stands before: after all of it a path goes on.
    let mut colons = 0;
    for (at, token) in pattern.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if colons < 2 && binds(word, pattern, at) => names.push(word.clone()),
            TokenTree::Group(group) => bindings(&group.stream().into_iter().collect::<Vec<_>>(), names),
            _ => {}
        }
        let goes_on = |colon: &Punct| colon.as_char() == ':' && (colons == 1 || colon.spacing() == Spacing::Joint);
        colons = if matches!(token, TokenTree::Punct(punct) if goes_on(punct)) { colons + 1 } else { 0 };
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
    let is_keyword = ["ref", "mut", "_", "box"].iter().any(|keyword| word == keyword);
    !leads_on && !is_keyword && (pattern.len() <= 2 || !in_capitals)
}
