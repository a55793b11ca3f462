//! What the attributes of a parameter say about lints, shared between the parameter and the variable that its name is bound to
//! anew.

use crate::parse::{Parameter, tokens};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, MetaList};

/// Lints of a variable, which come where it is bound anew and not at the parameter.
const OF_VARIABLES: [&str; 4] = ["unused_variables", "unused_mut", "unused_assignments", "unused"];

pub(super) struct Lints {
    /// On the parameter, with all its other attributes.
    pub(super) outer: TokenStream,
    /// On the variable.
    pub(super) inner: TokenStream,
}

impl Lints {
    pub(super) fn of(parameter: &Parameter) -> Lints {
        let mut lints = Lints { outer: TokenStream::new(), inner: TokenStream::new() };
        for attribute in &parameter.attributes {
            match list(attribute) {
                Some(list) if attribute.path().is_ident("expect") => lints.expect(attribute, list),
                Some(_) => {
                    lints.inner.extend(attribute.to_token_stream());
                    lints.outer.extend(attribute.to_token_stream());
                }
                None => lints.outer.extend(attribute.to_token_stream()),
            }
        }
        lints
    }

    /// With the whole pattern at the variable: what is expected of a parameter, and not of a variable, may be found in its type or
    /// in its pattern, and is allowed in both.
    pub(super) fn of_parts(parameter: &Parameter) -> Lints {
        let mut outer = TokenStream::new();
        for attribute in &parameter.attributes {
            match list(attribute) {
                Some(list) if attribute.path().is_ident("expect") => {
                    let level = &list.tokens;
                    outer.extend(in_brackets(attribute, &quote!(allow(#level))));
                }
                _ => outer.extend(attribute.to_token_stream()),
            }
        }
        Lints { outer, inner: Lints::of(parameter).inner }
    }

    /// What is expected is found in one of the two; there it is expected, and in the other one allowed.
    fn expect(&mut self, attribute: &Attribute, list: &MetaList) {
        let (reason, lints): (Vec<_>, Vec<_>) = pieces(list).into_iter().partition(|piece| is_reason(piece));
        let (inner, outer): (Vec<_>, Vec<_>) = lints.into_iter().partition(|lint| is_of_variables(lint));
        let level = |path: TokenStream, lints: &[Vec<TokenTree>]| {
            let pieces = lints.iter().chain(&reason);
            let level = quote!(#path(#(#(#pieces)*),*));
            (!lints.is_empty()).then(|| in_brackets(attribute, &level))
        };
        self.inner.extend(level(list.path.to_token_stream(), &inner));
        self.inner.extend(level(quote!(allow), &outer));
        self.outer.extend(level(list.path.to_token_stream(), &outer));
    }
}

/// `#[…]`, where an attribute stands.
fn in_brackets(attribute: &Attribute, inner: &TokenStream) -> TokenStream {
    let mut tokens = attribute.pound_token.to_token_stream();
    attribute.bracket_token.surround(&mut tokens, |tokens| tokens.extend(inner.clone()));
    tokens
}

/// Whether any of them is about lints.
pub(super) fn any(parameter: &Parameter) -> bool {
    parameter.attributes.iter().any(|attribute| list(attribute).is_some())
}

/// The lints of parameters, and not of variables, that these attributes are about.
pub(super) fn of_parameters(parameter: &Parameter) -> impl Iterator<Item = TokenStream> {
    let pieces = parameter.attributes.iter().filter_map(list).flat_map(pieces);
    let lints = pieces.filter(|piece| !is_reason(piece) && !is_of_variables(piece));
    lints.map(|lint| lint.into_iter().collect())
}

fn pieces(list: &MetaList) -> Vec<Vec<TokenTree>> {
    tokens::split_commas(list.tokens.clone().into_iter().collect())
}

/// The list of an attribute that sets the level of lints.
fn list(attribute: &Attribute) -> Option<&MetaList> {
    let is_level = ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level));
    attribute.meta.require_list().ok().filter(|_| is_level)
}

fn is_reason(piece: &[TokenTree]) -> bool {
    matches!(piece, [TokenTree::Ident(word), TokenTree::Punct(equals), ..] if word == "reason" && equals.as_char() == '=')
}

fn is_of_variables(lint: &[TokenTree]) -> bool {
    matches!(lint, [TokenTree::Ident(name)] if OF_VARIABLES.iter().any(|known| name == known))
}
