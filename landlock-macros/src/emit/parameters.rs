//! The parameters, as they stand; and as they move into the closure that runs elsewhere.

use super::runtime::hygienic;
use crate::parse::Parameter;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Attribute;

pub(super) fn as_written(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &parameter.pattern.iter().cloned().collect())
}

/// The parameter, with nothing to change: what is handed on as it is needs no `mut`.
pub(super) fn immutable(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &without_mut(&parameter.pattern))
}

/// That of a reference stays: it says what the pattern matches.
fn without_mut(pattern: &[TokenTree]) -> TokenStream {
    let mut of_a_reference = false;
    let mut kept = TokenStream::new();
    for token in pattern {
        match token {
            TokenTree::Ident(word) if word == "mut" && !of_a_reference => {}
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let mut without = Group::new(group.delimiter(), without_mut(&inner));
                without.set_span(group.span());
                kept.extend([TokenTree::Group(without)]);
            }
            token => kept.extend([token.clone()]),
        }
        of_a_reference = match token {
            TokenTree::Punct(and) => and.as_char() == '&',
            TokenTree::Ident(word) => word == "ref",
            _ => false,
        };
    }
    kept
}

fn with_pattern(parameter: &Parameter, pattern: &TokenStream) -> TokenStream {
    with(&parameter.attributes, pattern, &parameter.ty)
}

pub(super) fn with_attributes<'a>(
    parameter: &Parameter,
    attributes: impl IntoIterator<Item = &'a Attribute>,
) -> TokenStream {
    with(attributes, &parameter.pattern.iter().cloned().collect(), &parameter.ty)
}

fn with<'a>(
    attributes: impl IntoIterator<Item = &'a Attribute>,
    pattern: &TokenStream,
    ty: &[TokenTree],
) -> TokenStream {
    let attributes = attributes.into_iter();
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
    pub(super) body: Vec<String>,
    /// In the values of the attribute.
    pub(super) attribute: Vec<String>,
}

impl Words {
    pub(super) fn in_body(&self, name: &Ident) -> bool {
        let word = name.to_string();
        self.body.iter().any(|used| *used == word || used.starts_with('"') && used.contains(&word))
    }

    pub(super) fn in_attribute(&self, name: &Ident) -> bool {
        self.attribute.iter().any(|used| name == used)
    }

    /// Whether nobody uses it, and nothing in its name says so.
    pub(super) fn nowhere(&self, name: &Ident) -> bool {
        !(self.in_body(name) || self.in_attribute(name) || name.to_string().starts_with('_'))
    }
}

impl Moved {
    pub(super) fn of(position: usize, parameter: &Parameter, words: &Words) -> Moved {
        if parameter.unnamed().is_some() || parameter.receiver().is_some() {
            let (parameter, name) = named(position, parameter);
            return Moved { parameter, statement: quote_spanned!(hygienic()=> let _ = &#name;) };
        }
        let bindings = parameter.bindings();
        let statements = bindings.iter().map(|binding| whole(&binding.name, words));
        Moved { parameter: as_written(parameter), statement: quote!(#(#statements)*) }
    }
}

/// A name that the body uses is borrowed, so that the closure captures it whole, and not only a field of it.
fn whole(name: &Ident, words: &Words) -> TokenStream {
    if name.to_string().starts_with('_') {
        quote_spanned!(hygienic()=> #[allow(clippy::used_underscore_binding)] let _ = &#name;)
    } else if words.nowhere(name) {
        unused(name)
    } else {
        quote_spanned!(hygienic()=> let _ = &#name;)
    }
}

/// A name that nobody uses is bound anew: the compiler says so, as without the attribute.
pub(super) fn unused(name: &Ident) -> TokenStream {
    quote_spanned!(hygienic()=> let #name = #name;)
}

/// The parameter with its name: its own, or one for `_`. It is no other pattern.
pub(super) fn named(position: usize, parameter: &Parameter) -> (TokenStream, Ident) {
    let name = parameter
        .unnamed()
        .map(|underscore| Ident::new(&format!("__unnamed{position}"), hygienic().located_at(underscore.span())));
    match (name, parameter.receiver(), parameter.pattern.last()) {
        (Some(name), ..) => (with_pattern(parameter, &name.to_token_stream()), name),
        (None, Some(this), _) => (as_written(parameter), this.clone()),
        (None, None, Some(TokenTree::Ident(name))) => (as_written(parameter), name.clone()),
        _ => unreachable!("the check refuses other patterns of a method"),
    }
}
