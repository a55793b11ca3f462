//! Looking at values as tokens. Rust judges their types at their own spans; here only their outline matters.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Splits at the commas of the outermost level: not those in brackets, nor those of `<A, B>` after `::` or at the start.
/// A trailing comma starts no further piece.
pub(crate) fn split_commas(tokens: Vec<TokenTree>) -> Vec<Vec<TokenTree>> {
    let mut pieces = vec![Vec::new()];
    let mut angles = 0_usize;
    for token in tokens {
        let piece = pieces.last_mut().expect("there is always a piece");
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if angles == 0 => {
                    pieces.push(Vec::new());
                    continue;
                }
                '<' if angles > 0 || opens_generics(piece) => angles += 1,
                '>' if !ends_arrow(piece) => angles = angles.saturating_sub(1),
                _ => {}
            }
        }
        piece.push(token);
    }
    if pieces.last().is_some_and(Vec::is_empty) {
        pieces.pop();
    }
    pieces
}

/// The depth in `<…>` of types, where every `<` opens. The `>` of `->` closes nothing.
#[derive(Debug, Default)]
pub(crate) struct Angles {
    depth: usize,
    arrow: bool,
}

impl Angles {
    /// Takes the next token. Whether it stands outside of all `<…>`.
    pub(crate) fn outside(&mut self, token: &TokenTree) -> bool {
        let outside = self.closed();
        let punct = match token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match punct {
            '<' => self.depth += 1,
            '>' if !self.arrow => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.arrow = punct == '-';
        outside && self.closed()
    }

    pub(crate) fn closed(&self) -> bool {
        self.depth == 0
    }
}

fn opens_generics(before: &[TokenTree]) -> bool {
    match before {
        [] => true,
        [.., TokenTree::Punct(colon)] => matches!(colon.as_char(), ':' | '='),
        _ => false,
    }
}

fn ends_arrow(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(punct))
        if punct.spacing() == Spacing::Joint && matches!(punct.as_char(), '-' | '='))
}

/// Takes away the invisible groups in which `macro_rules!` hands over its fragments.
pub(crate) fn unwrap_invisible(mut tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    loop {
        match &tokens[..] {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
                tokens = group.stream().into_iter().collect();
            }
            _ => return tokens,
        }
    }
}

/// The single literal that a value is, seen through invisible groups.
pub(crate) fn as_literal(tokens: &[TokenTree]) -> Option<syn::Lit> {
    match &unwrap_invisible(tokens.to_vec())[..] {
        [TokenTree::Literal(literal)] => Some(syn::Lit::new(literal.clone())),
        [TokenTree::Ident(word)] if word == "true" || word == "false" => {
            Some(syn::Lit::Bool(syn::LitBool::new(word == "true", word.span())))
        }
        _ => None,
    }
}

/// `name(…)` of this name: what stands in the parentheses.
pub(crate) fn as_call(tokens: &[TokenTree], wanted: &str) -> Option<Vec<TokenTree>> {
    match tokens {
        [TokenTree::Ident(name), TokenTree::Group(group)]
            if name == wanted && group.delimiter() == Delimiter::Parenthesis =>
        {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// `..rest`, or nothing. `..=` is a range.
pub(crate) fn as_spread(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(two), rest @ ..]
            if one.as_char() == '.' && one.spacing() == Spacing::Joint && two.as_char() == '.' =>
        {
            let inclusive = matches!(rest.first(), Some(TokenTree::Punct(equals)) if equals.as_char() == '=')
                && two.spacing() == Spacing::Joint;
            (!inclusive).then_some(rest)
        }
        _ => None,
    }
}

/// The value as the user would read it in a message.
pub(crate) fn text(tokens: &[TokenTree]) -> String {
    tokens.iter().cloned().collect::<TokenStream>().to_string()
}
