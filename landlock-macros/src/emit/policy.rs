//! The policy, as the calls of the builder that a person would write.

use super::runtime::{Runtime, hygienic};
use crate::check::{Call, Checked, Name, Policy};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use std::ffi::CString;

/// `Policy::new().read(literal(c"/etc")).net_connect(443)`
pub(super) fn policy(policy: &Policy) -> TokenStream {
    let runtime = Runtime(policy.runtime.as_ref());
    let start = runtime.public("Policy");
    let calls = policy.calls.iter().map(|call| self::call(&runtime, call));
    quote_spanned!(hygienic()=> #start::new() #(#calls)*)
}

/// A place that is kept for the next call.
pub(super) struct Kept {
    pub(super) name: Ident,
    /// `static __POOL: Pool = Pool::new(|| Policy::new().read(literal(c"/etc"))).workers(4);`
    pub(super) item: TokenStream,
}

/// The policy stands in a static, so that the compiler itself refuses what depends on a call.
pub(super) fn kept(policy: &Policy, kind: &str, numbers: &[(&str, Option<u64>)]) -> Kept {
    let name = Ident::new(&format!("__{}", kind.to_uppercase()), hygienic());
    let kind = Runtime(policy.runtime.as_ref()).private(kind);
    let (policy, numbers) = (self::policy(policy), self::numbers(numbers));
    let item = quote_spanned!(hygienic()=> static #name: #kind = #kind::new(|| #policy) #numbers;);
    Kept { name, item }
}

/// `.workers(4).stack(8388608)`, of those that are said.
pub(super) fn numbers(numbers: &[(&str, Option<u64>)]) -> TokenStream {
    let said = numbers.iter().filter_map(|(name, number)| number.map(|number| (name, number)));
    let said = said.map(|(name, number)| {
        let (name, number) = (Ident::new(name, hygienic()), Literal::u64_unsuffixed(number));
        quote_spanned!(hygienic()=> .#name(#number))
    });
    quote_spanned!(hygienic()=> #(#said)*)
}

fn call(runtime: &Runtime<'_>, call: &Call) -> TokenStream {
    let method = Ident::new(call.method, call.name.span().resolved_at(hygienic()));
    let value = value(runtime, &call.value);
    quote_spanned!(hygienic()=> .#method(#value))
}

fn value(runtime: &Runtime<'_>, value: &Checked) -> TokenStream {
    match value {
        Checked::Literal(tokens) | Checked::Copied(tokens) => tokens.clone(),
        Checked::Path(literal) => {
            let (function, literal) = (runtime.public("literal"), as_c_string(literal));
            quote_spanned!(hygienic()=> #function(#literal))
        }
        Checked::Template(literal) => {
            let expand = runtime.public("expand");
            quote_spanned!(hygienic()=> #expand(#literal))
        }
        // The body may need it.
        Checked::Borrowed(tokens) => borrowed(tokens),
        Checked::Spread(tokens) => spread(runtime, tokens),
        Checked::Wrapped { wrapper, inner } => {
            let (wrapper, inner) = (runtime.public(wrapper), self::value(runtime, inner));
            quote_spanned!(hygienic()=> #wrapper(#inner))
        }
        Checked::Name(name) => self::name(runtime, *name),
    }
}

/// `"/etc"` as `c"/etc"`: what the kernel takes as it stands.
fn as_c_string(literal: &TokenStream) -> TokenStream {
    let c_string = |literal: syn::LitStr| {
        let mut c_string = Literal::c_string(&CString::new(literal.value()).ok()?);
        c_string.set_span(literal.span());
        Some(c_string.to_token_stream())
    };
    // A literal with a NUL has been refused.
    syn::parse2(literal.clone()).ok().and_then(c_string).unwrap_or_else(|| literal.clone())
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
fn spread(runtime: &Runtime<'_>, tokens: &TokenStream) -> TokenStream {
    let each = runtime.public("each");
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

fn name(runtime: &Runtime<'_>, name: Name) -> TokenStream {
    let variant = |of: &str, variant: &str| {
        let (of, variant) = (runtime.public(of), Ident::new(variant, hygienic()));
        quote_spanned!(hygienic()=> #of::#variant)
    };
    match name {
        Name::Feature { variant: name, .. } => variant("Feature", name),
        Name::Right { variant: name, .. } => variant("Right", name),
        Name::Nothing => variant("Require", "None"),
        Name::All => variant("Require", "All"),
        Name::Threads => variant("Require", "Threads"),
        Name::Abi(abi) => {
            let (require, abi) = (variant("Require", "Abi"), Literal::u32_unsuffixed(abi));
            quote_spanned!(hygienic()=> #require(#abi))
        }
        Name::AllThreads => variant("Threads", "All"),
        Name::NewThreads => variant("Threads", "New"),
    }
}

/// The tokens that the user wrote as values.
pub(super) fn written(policy: &Policy) -> impl Iterator<Item = TokenStream> {
    policy.calls.iter().map(|call| value(&Runtime(policy.runtime.as_ref()), &call.value))
}
