//! Every path of `landlock_runtime` that an expansion names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// What an expansion makes itself is invisible to the user's code, and cannot be shadowed by it.
pub(super) fn hygienic() -> Span {
    Span::mixed_site()
}

fn public(name: &str) -> TokenStream {
    let name = Ident::new(name, hygienic());
    quote_spanned!(hygienic()=> ::landlock_runtime::#name)
}

fn private(name: &str) -> TokenStream {
    let name = Ident::new(name, hygienic());
    quote_spanned!(hygienic()=> ::landlock_runtime::__private::#name)
}

pub(super) fn attribute() -> TokenStream {
    public("sandbox")
}

pub(super) fn policy() -> TokenStream {
    public("Policy")
}

pub(super) fn optional() -> TokenStream {
    public("optional")
}

pub(super) fn each() -> TokenStream {
    public("each")
}

pub(super) fn feature() -> TokenStream {
    public("Feature")
}

pub(super) fn right() -> TokenStream {
    public("Right")
}

pub(super) fn require() -> TokenStream {
    public("Require")
}

pub(super) fn site() -> TokenStream {
    private("site")
}

pub(super) fn restrict_main() -> TokenStream {
    private("restrict_main")
}

pub(super) fn restrict_in_place() -> TokenStream {
    private("restrict_in_place")
}

pub(super) fn run_on_thread() -> TokenStream {
    private("run_on_thread")
}

pub(super) fn fail() -> TokenStream {
    private("fail")
}

pub(super) fn panic() -> TokenStream {
    private("panic")
}

pub(super) fn exit() -> TokenStream {
    private("exit")
}
