//! Where the runtime is: every path that an expansion names goes through here.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// What an expansion makes itself is invisible to the user's code, and cannot be shadowed by it.
pub(super) fn hygienic() -> Span {
    Span::mixed_site()
}

/// The runtime crate, at the path where the user has it.
pub(super) struct Runtime<'a>(pub(super) Option<&'a TokenStream>);

impl Runtime<'_> {
    /// What anybody may use by hand: `Policy`, `each`.
    pub(super) fn public(&self, name: &str) -> TokenStream {
        let name = Ident::new(name, hygienic());
        match self.0 {
            Some(path) => quote_spanned!(hygienic()=> #path::#name),
            None => quote_spanned!(hygienic()=> ::landlock_runtime::#name),
        }
    }

    /// What only an expansion uses: `restrict_main`, `run_on_thread`.
    pub(super) fn private(&self, name: &str) -> TokenStream {
        let (private, name) = (self.public("__private"), Ident::new(name, hygienic()));
        quote_spanned!(hygienic()=> #private::#name)
    }
}
