//! stub
#[proc_macro_attribute]
pub fn sandbox(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream { item }
