//! The arguments of the attribute: `key = value`, separated by commas. What is written in another way is told where its key is
//! looked up, so that the advice names the right key.

use super::tokens;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Delimiter, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;

/// What the attribute says, as it was written: no key is looked up yet.
#[derive(Debug)]
pub(crate) struct ParsedPolicy {
    arguments: Vec<Argument>,
}

/// A key that is known, for advice about how it is written.
pub(crate) struct Named<K> {
    pub(crate) key: K,
    /// A value as one would write it.
    pub(crate) example: &'static str,
    pub(crate) takes_a_list: bool,
}

impl ParsedPolicy {
    /// The value of `crate`, for an attribute that is only moved.
    pub(crate) fn runtime(&self) -> Option<TokenStream> {
        let argument = self.arguments.iter().find(|argument| argument.key == "crate")?;
        argument.values.first().map(ToTokens::to_token_stream)
    }

    /// The arguments that are written as such and whose keys `named` knows; it says what is wrong with any other key.
    pub(crate) fn arguments<K>(
        self,
        named: impl Fn(&Argument) -> Result<Named<K>, String>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(K, Argument)> {
        let mut good = Vec::new();
        for argument in self.arguments {
            match (named(&argument), &argument.flaw) {
                (Ok(named), None) => good.push((named.key, argument)),
                (Ok(Named { example, takes_a_list, .. }), Some(Flaw { at, what })) => {
                    let key = &argument.key;
                    let (what, value) = match &argument.values[..] {
                        [] => (what, example.to_owned()),
                        [first, _, ..] if !takes_a_list => {
                            (&format!("`{key}` takes one value"), tokens::text(&first.tokens))
                        }
                        _ => (what, argument.value()),
                    };
                    diagnostics.error(at, format!("{what}: write `{key} = {value}`"));
                }
                (Err(message), _) => diagnostics.error(&argument.at, message),
            }
        }
        good
    }
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) key: Ident,
    /// The key as it stands.
    at: TokenStream,
    /// The value, or those of a list. Never none, unless there is a flaw.
    pub(crate) values: Vec<Value>,
    has_equals: bool,
    flaw: Option<Flaw>,
}

/// How an argument is not what it is to be: `key = value`.
#[derive(Debug)]
struct Flaw {
    at: TokenStream,
    what: String,
}

impl Argument {
    /// The value of a key that takes no list.
    pub(crate) fn one_value(&self, example: &str, diagnostics: &mut Diagnostics) -> Option<&Value> {
        if let [value] = &self.values[..] {
            return Some(value);
        }
        diagnostics.error(&self.key, format!("`{0}` takes one value: write `{0} = {example}`", self.key));
        None
    }

    /// What follows the key, as one would write it: nothing, where nothing does.
    pub(crate) fn value(&self) -> String {
        let values = self.values_text();
        if self.values.len() > 1 { format!("[{values}]") } else { values }
    }

    /// `"/usr", "/opt"`
    pub(crate) fn values_text(&self) -> String {
        let values: Vec<_> = self.values.iter().map(|value| tokens::text(&value.tokens)).collect();
        values.join(", ")
    }

    /// Whether it is a key with a value at all, and no word or call by itself.
    pub(crate) fn has_equals(&self) -> bool {
        self.has_equals
    }
}

/// One value: a whole one, or one of a list.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) tokens: Vec<TokenTree>,
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.iter().cloned());
    }
}

pub(crate) fn policy(arguments: TokenStream, diagnostics: &mut Diagnostics) -> ParsedPolicy {
    let mut found = Vec::new();
    for piece in tokens::split_commas(arguments.into_iter().collect()) {
        let mut rest = &piece[..];
        // A comma that is missing joins two arguments.
        while let Some(next) = tokens::further(rest).find(|next| begins_argument(&rest[*next..])) {
            diagnostics.error(&rest[next], format!("a comma is missing before `{}`", rest[next]));
            found.extend(argument(&rest[..next], diagnostics));
            rest = &rest[next..];
        }
        found.extend(argument(rest, diagnostics));
    }
    ParsedPolicy { arguments: found }
}

/// `key =`
fn begins_argument(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Ident(_), TokenTree::Punct(equals), ..] if equals.as_char() == '=')
}

fn argument(piece: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<Argument> {
    let Some((key, after)) = key(piece) else {
        diagnostics.error(stream(piece), no_argument(piece));
        return None;
    };
    let words = &piece[..piece.len() - after.len()];
    let at = stream(words);
    let no_equals = |not: &str| Flaw { at: at.clone(), what: format!("`=` stands between key and value{not}") };
    let lacks = |at, text: String| Flaw { at, what: format!("`{text}` lacks its value") };
    let (values, flaw) = match after {
        [] => (Vec::new(), Some(lacks(at.clone(), key.to_string()))),
        [TokenTree::Punct(equals)] if equals.as_char() == '=' => {
            (Vec::new(), Some(lacks(equals.to_token_stream(), format!("{key} ="))))
        }
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            let (values, _) = values(tokens::split_commas(group.stream().into_iter().collect()));
            (values, Some(no_equals("")))
        }
        [TokenTree::Punct(one), TokenTree::Punct(two), value @ ..] if is_operator(one, two) => {
            let not = format!(", not `{}{}`", one.as_char(), two.as_char());
            (values(pieces(&key, value, diagnostics)?).0, Some(no_equals(&not)))
        }
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => values(pieces(&key, value, diagnostics)?),
        [TokenTree::Punct(punct), value @ ..] => {
            let not = format!(", not `{}`", punct.as_char());
            (values(pieces(&key, value, diagnostics)?).0, Some(no_equals(&not)))
        }
        value => (values(pieces(&key, value, diagnostics)?).0, Some(no_equals(""))),
    };
    let joined = Flaw { at: at.clone(), what: "the words of a key are joined by `_`".to_owned() };
    let flaw = if words.len() > 1 { Some(joined) } else { flaw };
    let has_equals = matches!(after, [TokenTree::Punct(_), ..]);
    Some(Argument { key, at, values, has_equals, flaw })
}

/// `==`, `=>`, `:=` and the like.
fn is_operator(one: &Punct, two: &Punct) -> bool {
    one.spacing() == Spacing::Joint && matches!(two.as_char(), '=' | '>')
}

/// The key that a piece begins with, and what follows. The words of one may be joined in another way than they should.
fn key(piece: &[TokenTree]) -> Option<(Ident, &[TokenTree])> {
    let [TokenTree::Ident(first), rest @ ..] = piece else { return None };
    let (mut words, mut rest) = (vec![first.unraw().to_string()], rest);
    while let [TokenTree::Punct(dash), TokenTree::Ident(word), after @ ..] = rest {
        if dash.as_char() != '-' {
            break;
        }
        words.push(word.unraw().to_string());
        rest = after;
    }
    match rest {
        // An expression, which has no key.
        [TokenTree::Punct(punct), ..] if matches!(punct.as_char(), '.' | '!' | '?') => None,
        [TokenTree::Punct(one), TokenTree::Punct(two), ..] if one.as_char() == ':' && two.as_char() == ':' => None,
        _ if words.len() == 1 => Some((first.clone(), rest)),
        _ => Some((Ident::new(&words.join("_"), first.span()), rest)),
    }
}

/// What is said of a piece without a key.
fn no_argument(piece: &[TokenTree]) -> String {
    let (key, value) = match (piece, tokens::as_literal(piece)) {
        ([], _) => return "two commas with nothing between them".to_owned(),
        (_, Some(syn::Lit::Str(path))) if path.value().starts_with(['/', '~', '$']) => ("read", tokens::text(piece)),
        (_, Some(syn::Lit::Int(port))) => ("net_connect", port.to_string()),
        ([TokenTree::Ident(_), ..], _) => {
            let is_preset = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "presets");
            (if piece.iter().any(is_preset) { "include" } else { "read" }, tokens::text(piece))
        }
        _ => return "expected `key = value`, such as `read = \"/etc\"`".to_owned(),
    };
    format!("a value needs its key: write `{key} = {value}`")
}

/// What stands in a list, or the one value that is none.
fn pieces(key: &Ident, value: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<Vec<Vec<TokenTree>>> {
    let list = match value {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => group.stream(),
        _ => return Some(vec![value.to_vec()]),
    };
    let pieces = tokens::split_commas(list.into_iter().collect());
    let message = if pieces.is_empty() {
        format!("an empty list grants nothing: leave `{key}` out")
    } else if pieces.iter().any(Vec::is_empty) {
        "two commas with nothing between them".to_owned()
    } else {
        return Some(pieces);
    };
    diagnostics.error(stream(value), message);
    None
}

/// The values that these are, and what is amiss with the first that is none: Rust would say so in the middle of an expansion.
fn values(pieces: Vec<Vec<TokenTree>>) -> (Vec<Value>, Option<Flaw>) {
    let (mut values, mut flaw) = (Vec::new(), None);
    for piece in pieces {
        let flawed = |at: &TokenTree, what: String| Flaw { at: at.to_token_stream(), what };
        if let Some(at) = tokens::stray(&piece) {
            let stray = &piece[at];
            let flaw = flawed(stray, format!("`{stray}` is no part of a value"));
            if at > 0 && at + 1 == piece.len() {
                values.push(Value { tokens: piece[..at].to_vec() });
            } else {
                values.clear();
            }
            return (values, Some(flaw));
        }
        let mut start = 0;
        for next in tokens::further(&piece) {
            let what = || flawed(&piece[next], format!("a comma is missing before `{}`", piece[next]));
            flaw = flaw.or_else(|| Some(what()));
            values.push(Value { tokens: piece[start..next].to_vec() });
            start = next;
        }
        values.push(Value { tokens: piece[start..].to_vec() });
    }
    (values, flaw)
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}
