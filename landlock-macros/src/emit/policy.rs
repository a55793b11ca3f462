//! The policy, as the calls of the builder that a person would write.

use super::runtime::{self, hygienic};
use crate::check::{Checked, Grant, Name};
use crate::keys::Kind;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// `Policy::new().read("/etc").net_connect(443)`
pub(super) fn policy(grants: &[Grant]) -> TokenStream {
    let policy = runtime::policy();
    let calls = grants.iter().map(call);
    quote_spanned!(hygienic()=> #policy::new() #(#calls)*)
}

fn call(grant: &Grant) -> TokenStream {
    let method = Ident::new(grant.key.name, grant.name.span().resolved_at(hygienic()));
    let value = value(grant.key.kind, &grant.value);
    quote_spanned!(hygienic()=> .#method(#value))
}

pub(super) fn value(kind: Kind, value: &Checked) -> TokenStream {
    match value {
        Checked::Literal(literal) => literal.clone(),
        // A port is copied; a path and a policy are borrowed, for the body may need them.
        Checked::Expression(tokens) if kind == Kind::Ports => tokens.clone(),
        Checked::Expression(tokens) => borrowed(tokens),
        Checked::Spread(tokens) => spread(tokens),
        Checked::Optional(inner) => {
            let (optional, inner) = (runtime::optional(), self::value(kind, inner));
            quote_spanned!(hygienic()=> #optional(#inner))
        }
        Checked::Name(name) => self::name(*name),
    }
}

fn borrowed(tokens: &TokenStream) -> TokenStream {
    let span = at(tokens);
    let binds_tighter = |token: TokenTree| match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':' | '?' | '&' | '!'),
        TokenTree::Ident(word) => word != "as",
        _ => true,
    };
    if tokens.clone().into_iter().all(binds_tighter) {
        quote_spanned!(span=> &#tokens)
    } else {
        quote_spanned!(span=> &(#tokens))
    }
}

/// Where the user wrote it, as far as the compiler can say; what stands there is ours all the same.
fn at(tokens: &TokenStream) -> Span {
    let first = tokens.clone().into_iter().next();
    first.map_or_else(hygienic, |first| hygienic().located_at(first.span()))
}

/// A place is iterated by reference, for the body may need it; what is made for the purpose is consumed.
fn spread(tokens: &TokenStream) -> TokenStream {
    let each = runtime::each();
    let is_place = |token: TokenTree| match token {
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '.',
        TokenTree::Group(_) => false,
    };
    if tokens.clone().into_iter().all(is_place) {
        let iter = quote_spanned!(at(tokens)=> .iter());
        quote_spanned!(hygienic()=> #each(#tokens #iter))
    } else {
        quote_spanned!(hygienic()=> #each(#tokens))
    }
}

fn name(name: Name) -> TokenStream {
    let variant = |path: TokenStream, variant: &str| {
        let variant = Ident::new(variant, hygienic());
        quote!(#path::#variant)
    };
    match name {
        Name::Feature { variant: name, .. } => variant(runtime::feature(), name),
        Name::Right { variant: name, .. } => variant(runtime::right(), name),
        Name::Nothing => variant(runtime::require(), "None"),
        Name::All => variant(runtime::require(), "All"),
        Name::Threads => variant(runtime::require(), "Threads"),
        Name::Abi(abi) => {
            let (require, abi) = (variant(runtime::require(), "Abi"), proc_macro2::Literal::u32_unsuffixed(abi));
            quote_spanned!(hygienic()=> #require(#abi))
        }
    }
}
