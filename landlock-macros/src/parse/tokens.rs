//! Looking at values as tokens. Rust judges their types at their own spans; here only their outline matters.

use proc_macro2::{Delimiter, Spacing, TokenTree};

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

/// Where further values begin, with nothing between each and the one before.
pub(crate) fn further(tokens: &[TokenTree]) -> impl Iterator<Item = usize> {
    (1..tokens.len()).filter(|at| ends_operand(&tokens[..*at]) && begins_operand(&tokens[*at]))
}

fn ends_operand(before: &[TokenTree]) -> bool {
    match before {
        // A lifetime.
        [.., TokenTree::Punct(quote), TokenTree::Ident(_)] if quote.as_char() == '\'' => false,
        [.., TokenTree::Group(group)] => group.delimiter() != Delimiter::Brace,
        [.., last] => begins_operand(last),
        [] => false,
    }
}

fn begins_operand(token: &TokenTree) -> bool {
    match token {
        TokenTree::Literal(_) => true,
        TokenTree::Ident(word) => !KEYWORDS.iter().any(|keyword| word == keyword),
        TokenTree::Group(group) => group.delimiter() == Delimiter::None,
        TokenTree::Punct(_) => false,
    }
}

/// What may stand beside a value in an expression.
const KEYWORDS: [&str; 25] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "fn", "for", "if", "impl", "in", "let",
    "loop", "match", "move", "mut", "raw", "ref", "return", "static", "unsafe", "where", "while",
];

/// Where a token stands that no expression has there, whatever it is of.
pub(crate) fn stray(tokens: &[TokenTree]) -> Option<usize> {
    let is =
        |token: &TokenTree, marks: &str| matches!(token, TokenTree::Punct(punct) if marks.contains(punct.as_char()));
    let begins_badly = tokens.first().is_some_and(|first| is(first, "=>+/%^@?,"));
    if begins_badly { Some(0) } else { tokens.iter().position(|token| is(token, ";")) }
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
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 && are_apart(&tokens[..at], token) {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                let inner: Vec<_> = group.stream().into_iter().collect();
                text.extend([open, &self::text(&inner), close]);
            }
            token => text.push_str(&token.to_string()),
        }
    }
    text
}

/// Whether there is a space between what stands before and this token: not within a path, a call or a range.
fn are_apart(before: &[TokenTree], token: &TokenTree) -> bool {
    let is =
        |token: &TokenTree, marks: &str| matches!(token, TokenTree::Punct(punct) if marks.contains(punct.as_char()));
    let is_joint = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
    let is_call = |last: &TokenTree| {
        matches!(token, TokenTree::Group(group) if group.delimiter() != Delimiter::Brace)
            && (is(last, "!") || begins_operand(last))
    };
    match before {
        [dot, equals, ..] | [.., dot, equals] if is(dot, ".") && is(equals, "=") => false,
        [sign] if is(sign, "-*") => false,
        [.., comma] if is(comma, ",") => true,
        [.., name] if is(token, "!") && !is_joint(token) && begins_operand(name) => false,
        [.., last] => !(is_joint(last) || is(last, ".:&!'") || is(token, ".:,?;") || is_call(last)),
        [] => false,
    }
}
