//! The arguments of the attribute: `key = value`, separated by commas.

use super::tokens;
use crate::diagnostics::Diagnostics;
use crate::vocabulary::place;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// What the attribute says, as it was written: no key is looked up yet.
#[derive(Debug)]
pub(crate) struct ParsedPolicy {
    pub(crate) arguments: Vec<Argument>,
}

impl ParsedPolicy {
    /// The value of `crate`, for an attribute that is only moved.
    pub(crate) fn runtime(&self) -> Option<TokenStream> {
        let argument = self.arguments.iter().find(|argument| argument.key == "crate")?;
        argument.values.first().map(ToTokens::to_token_stream)
    }
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) key: Ident,
    /// The value, or those of a list. Never none.
    pub(crate) values: Vec<Value>,
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
    let pieces = tokens::split_commas(arguments.into_iter().collect());
    ParsedPolicy { arguments: pieces.into_iter().filter_map(|piece| argument(&piece, diagnostics)).collect() }
}

fn argument(piece: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<Argument> {
    match piece {
        [TokenTree::Ident(key), TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => {
            if value.is_empty() {
                diagnostics.error(equals, format!("`{key} =` lacks its value"));
                return None;
            }
            values(key, value, diagnostics)
        }
        [TokenTree::Ident(key)] => {
            let message = match place(&key.to_string()) {
                Some(place) => format!("a value needs its key: write `isolate = {place}`"),
                None => format!("`{key}` lacks its value: write `{key} = …`"),
            };
            diagnostics.error(key, message);
            None
        }
        [TokenTree::Ident(key), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            let inner = group.stream();
            let message = match place(&key.to_string()) {
                Some(place) if key == place => format!("a value needs its key: write `isolate = {place}({inner})`"),
                _ => format!("write `{key} = {inner}`"),
            };
            diagnostics.error(key, message);
            None
        }
        [TokenTree::Ident(key), TokenTree::Punct(punct), value @ ..] => {
            let (punct, value) = (punct.as_char(), tokens::text(value));
            diagnostics.error(key, format!("`=` stands between key and value, not `{punct}`: write `{key} = {value}`"));
            None
        }
        _ => {
            let message = match tokens::as_literal(piece) {
                Some(syn::Lit::Str(path)) => format!("a value needs its key: write `read = {:?}`", path.value()),
                Some(syn::Lit::Int(port)) => format!("a value needs its key: write `net_connect = {port}`"),
                _ => "expected `key = value`, such as `read = \"/etc\"`".to_owned(),
            };
            diagnostics.error(piece.iter().cloned().collect::<TokenStream>(), message);
            None
        }
    }
}

fn values(key: &Ident, value: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<Argument> {
    let whole = Value { tokens: value.to_vec() };
    let values = match value {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            let pieces = tokens::split_commas(group.stream().into_iter().collect());
            if pieces.is_empty() {
                diagnostics.error(&whole, format!("an empty list grants nothing: leave `{key}` out"));
                return None;
            }
            if pieces.iter().any(Vec::is_empty) {
                diagnostics.error(&whole, "two commas with nothing between them");
                return None;
            }
            pieces.into_iter().map(|tokens| Value { tokens }).collect()
        }
        _ => vec![whole],
    };
    Some(Argument { key: key.clone(), values })
}
