//! What the macro does with tokens, without a compiler around it. Messages are tested where users see them, by trybuild.

mod rules;
mod snapshots;

use proc_macro2::TokenStream;

/// Expands the first attribute of an item, as the compiler would.
fn expand(source: &str) -> TokenStream {
    let tokens: TokenStream = source.parse().expect("the case is Rust");
    let mut tokens = tokens.into_iter();
    let attribute = tokens.by_ref().nth(1).expect("#[sandbox] comes first");
    let proc_macro2::TokenTree::Group(attribute) = attribute else { panic!("#[sandbox] comes first") };
    let arguments = match attribute.stream().into_iter().nth(1) {
        Some(proc_macro2::TokenTree::Group(arguments)) => arguments.stream(),
        _ => TokenStream::new(),
    };
    crate::pipeline::sandbox(&arguments, &tokens.collect())
}

/// Of `if_process! { { … } else { … } }` what a runtime with the feature takes.
fn taken(tokens: TokenStream) -> TokenStream {
    let choice = syn2::parse2::<syn2::ItemMacro>(tokens.clone()).ok();
    match choice.and_then(|choice| choice.mac.tokens.into_iter().next()) {
        Some(proc_macro2::TokenTree::Group(first)) => first.stream(),
        _ => tokens,
    }
}
