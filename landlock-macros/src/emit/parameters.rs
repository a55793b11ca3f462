//! The parameters, as they stand; and as they move into the closure that runs elsewhere.

use super::lints::{self, Lints};
use super::runtime::hygienic;
use crate::parse::{Binding, Parameter};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Attribute;

pub(super) fn as_written(parameter: &Parameter) -> TokenStream {
    with_attributes(parameter, &parameter.attributes)
}

/// What is handed on as it is needs no `mut`; that of a reference stays: it says what the pattern matches.
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

pub(super) fn with_attributes<'a>(
    parameter: &Parameter,
    attributes: impl IntoIterator<Item = &'a Attribute>,
) -> TokenStream {
    let attributes = attributes.into_iter();
    with(&quote!(#(#attributes)*), &parameter.pattern.iter().cloned().collect(), &parameter.ty)
}

fn with(attributes: &TokenStream, pattern: &TokenStream, ty: &[TokenTree]) -> TokenStream {
    let ty = (!ty.is_empty()).then(|| quote!(: #(#ty)*));
    quote!(#attributes #pattern #ty)
}

/// The words that decide how a parameter moves.
pub(super) struct Words {
    /// In the body, with the text of its literals: these may be formats.
    pub(super) body: Vec<String>,
    /// In the values of the attribute, with the text of their literals.
    pub(super) attribute: Vec<String>,
}

impl Words {
    pub(super) fn in_body(&self, name: &Ident) -> bool {
        let word = name.to_string();
        self.body.iter().any(|used| *used == word || used.starts_with('"') && used.contains(&word))
    }

    /// Whether a value of the attribute may name it, be it in a format: then it has to be there when that is evaluated.
    pub(super) fn in_attribute(&self, name: &Ident) -> bool {
        let word = name.to_string();
        let plain = word.trim_start_matches("r#");
        let in_format = |used: &String| {
            used.contains('{') && used.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|part| part == plain)
        };
        self.attribute.iter().any(|used| *used == word || in_format(used))
    }

    /// Whether nobody uses it, and nothing in its name says so.
    pub(super) fn nowhere(&self, name: &Ident) -> bool {
        !(self.in_body(name) || self.in_attribute(name) || name.to_string().starts_with('_'))
    }
}

/// A parameter of the outer function, and the statement in front of the body, if any.
pub(super) struct Moved {
    pub(super) parameter: TokenStream,
    pub(super) statement: TokenStream,
}

impl Moved {
    /// Into a closure that takes all of it, also what its body does not name, for whatever drops that is to be restricted, too. A
    /// name that nobody uses, or that may change, is bound anew: the compiler says of it what it says of a parameter. Any other
    /// is borrowed, so that the closure captures it whole, and not only a field of it. A pattern whose names the policy does not
    /// use goes into the closure itself: what it leaves without a name is an argument all the same.
    pub(super) fn captured(position: usize, parameter: &Parameter, words: &Words) -> Moved {
        if parameter.unnamed().is_some() || parameter.receiver().is_some() {
            let (parameter, name) = named(position, parameter, &attributes(parameter));
            return Moved { parameter, statement: quote_spanned!(hygienic()=> let _ = &#name;) };
        }
        let named_by_policy = |binding: &Binding| words.in_attribute(&binding.name);
        if parameter.is_taken_apart() && !parameter.may_bind().iter().any(named_by_policy) {
            return Moved::taken_apart(position, parameter);
        }
        let bindings = parameter.bindings();
        let in_policy = |binding: &Binding| binding.mutable.is_some() && words.in_attribute(&binding.name);
        let policy_may_change_it = bindings.iter().any(in_policy);
        let is_anew =
            |binding: &Binding| words.nowhere(&binding.name) || binding.mutable.is_some() && !policy_may_change_it;
        let (anew, whole): (Vec<_>, Vec<_>) = bindings.into_iter().partition(is_anew);
        let whole = whole.iter().map(|binding| self::whole(&binding.name));
        if anew.is_empty() {
            return Moved { parameter: as_written(parameter), statement: quote!(#(#whole)*) };
        }
        let Lints { outer, inner } = Lints::of(parameter);
        let pattern = if policy_may_change_it {
            parameter.pattern.iter().cloned().collect()
        } else {
            without_mut(&parameter.pattern)
        };
        let anew = bound_anew(&anew, &inner);
        Moved { parameter: with(&outer, &pattern, &parameter.ty), statement: quote!(#(#whole)* #anew) }
    }

    /// The argument whole, and its pattern in front of the body.
    fn taken_apart(position: usize, parameter: &Parameter) -> Moved {
        let at = parameter.pattern.first().map_or_else(hygienic, TokenTree::span);
        let name = unnamed(position, at);
        let Lints { outer, inner } = Lints::of_parts(parameter);
        let pattern = &parameter.pattern;
        let statement = quote_spanned!(hygienic()=> let _ = &#name; #inner let #(#pattern)* = #name;);
        Moved { parameter: with(&outer, &name.to_token_stream(), &parameter.ty), statement }
    }

    /// Into the pattern of a closure, which binds these names; those with lints of their own are bound once more.
    pub(super) fn handed_over(parameter: &Parameter, crossing: &[Binding]) -> Moved {
        let pattern = without_mut(&parameter.pattern);
        if crossing.is_empty() || !lints::any(parameter) {
            let parameter = with(&attributes(parameter), &pattern, &parameter.ty);
            return Moved { parameter, statement: TokenStream::new() };
        }
        let Lints { outer, inner } = Lints::of(parameter);
        Moved { parameter: with(&outer, &pattern, &parameter.ty), statement: bound_anew(crossing, &inner) }
    }

    /// To another call of the same method, by its name; the body uses it as it is.
    pub(super) fn handed_on(position: usize, parameter: &Parameter, words: &Words) -> (Moved, Ident) {
        let unused = parameter.bindings().into_iter().filter(|binding| words.nowhere(&binding.name));
        let unused: Vec<_> = unused.map(|binding| Binding { mutable: None, ..binding }).collect();
        if unused.is_empty() {
            let (parameter, name) = named(position, parameter, &attributes(parameter));
            return (Moved { parameter, statement: TokenStream::new() }, name);
        }
        let Lints { outer, inner } = Lints::of(parameter);
        let (parameter, name) = named(position, parameter, &outer);
        (Moved { parameter, statement: bound_anew(&unused, &inner) }, name)
    }
}

fn attributes(parameter: &Parameter) -> TokenStream {
    let attributes = &parameter.attributes;
    quote!(#(#attributes)*)
}

fn whole(name: &Ident) -> TokenStream {
    let allow = name.to_string().starts_with('_').then(|| quote!(#[allow(clippy::used_underscore_binding)]));
    quote_spanned!(hygienic()=> #allow let _ = &#name;)
}

/// `let mut name = name;`, `let (mut one, two) = (one, two);`
fn bound_anew(bindings: &[Binding], lints: &TokenStream) -> TokenStream {
    let names: Vec<_> = bindings.iter().map(|binding| &binding.name).collect();
    let patterns: Vec<_> = bindings.iter().map(|Binding { mutable, name }| quote!(#mutable #name)).collect();
    if let ([pattern], [name]) = (&patterns[..], &names[..]) {
        return quote_spanned!(hygienic()=> #[allow(clippy::shadow_same)] #lints let #pattern = #name;);
    }
    quote_spanned! {hygienic()=>
        #[allow(clippy::shadow_reuse)]
        #lints
        let (#(#patterns),*) = (#(#names),*);
    }
}

fn unnamed(position: usize, at: Span) -> Ident {
    Ident::new(&format!("__unnamed{position}"), hygienic().located_at(at))
}

/// The parameter with its name: its own, or one for `_`. It is no other pattern.
fn named(position: usize, parameter: &Parameter, attributes: &TokenStream) -> (TokenStream, Ident) {
    if let Some(underscore) = parameter.unnamed() {
        let name = unnamed(position, underscore.span());
        return (with(attributes, &name.to_token_stream(), &parameter.ty), name);
    }
    let name = match (parameter.receiver(), parameter.pattern.last()) {
        (Some(this), _) => this.clone(),
        (None, Some(TokenTree::Ident(name))) => name.clone(),
        _ => unreachable!("the check refuses other patterns of a method"),
    };
    (with(attributes, &parameter.pattern.iter().cloned().collect(), &parameter.ty), name)
}
