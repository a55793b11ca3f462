//! The parameters, as they stand; and as they move into the closure that runs on a fresh thread.

use super::runtime::hygienic;
use crate::parse::Parameter;
use proc_macro2::{Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use std::collections::HashSet;

pub(super) fn as_written(parameter: &Parameter) -> TokenStream {
    with_pattern(parameter, &parameter.pattern.iter().cloned().collect())
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

impl Moved {
    pub(super) fn of(position: usize, parameter: &Parameter, words: &Words) -> Moved {
        if let Some(this) = parameter.receiver() {
            return Moved { parameter: as_written(parameter), statement: quote_spanned!(hygienic()=> let _ = &#this;) };
        }
        let cfgs: Vec<_> = parameter.attributes.iter().filter(|a| a.path().is_ident("cfg")).collect();
        if let Some(underscore) = unnamed(&parameter.pattern) {
            let name = Ident::new(&format!("__unnamed{position}"), hygienic().located_at(underscore.span()));
            return Moved {
                parameter: with_pattern(parameter, &name.to_token_stream()),
                statement: quote_spanned!(hygienic()=> #(#cfgs)* let _ = &#name;),
            };
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
    let word = name.to_string();
    let in_body = words.body.iter().any(|used| *used == word || used.starts_with('"') && used.contains(&word));
    if word.starts_with('_') {
        quote_spanned!(hygienic()=> #[allow(clippy::used_underscore_binding)] let _ = &#name;)
    } else if in_body || words.attribute.contains(&word) {
        quote_spanned!(hygienic()=> let _ = &#name;)
    } else {
        quote_spanned!(hygienic()=> let #name = #name;)
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
