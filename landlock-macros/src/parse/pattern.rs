//! The names that the pattern of a parameter binds.

use super::Parameter;
use proc_macro2::{Ident, Punct, Spacing, TokenTree};

/// A name, and the `mut` in front of it.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) mutable: Option<Ident>,
    pub(crate) name: Ident,
}

impl Parameter {
    /// All that it binds, but for a receiver.
    pub(crate) fn bindings(&self) -> Vec<Binding> {
        let mut found = Vec::new();
        if self.receiver().is_none() {
            bindings(&self.pattern, binds, &mut found);
        }
        found
    }

    /// All that it may bind: also words in capitals, which are names if there is no such constant.
    pub(crate) fn may_bind(&self) -> Vec<Binding> {
        let mut found = Vec::new();
        bindings(&self.pattern, stands_alone, &mut found);
        found
    }

    /// Whether it takes an argument apart: it is neither a name, nor `_`, nor a receiver. Some of the parts may get no name.
    pub(crate) fn is_taken_apart(&self) -> bool {
        let is_name = match &self.pattern[..] {
            [TokenTree::Ident(_)] => true,
            [TokenTree::Ident(mutable), TokenTree::Ident(_)] => mutable == "mut",
            _ => false,
        };
        !is_name && self.receiver().is_none()
    }

    /// `_`: nobody can name it, and it is dropped all the same.
    pub(crate) fn unnamed(&self) -> Option<&Ident> {
        match &self.pattern[..] {
            [TokenTree::Ident(word)] if word == "_" => Some(word),
            _ => None,
        }
    }
}

type Binds = fn(&Ident, &[TokenTree], usize) -> bool;

fn bindings(pattern: &[TokenTree], binds: Binds, found: &mut Vec<Binding>) {
    // How much of `::` stands before: after all of it a path goes on.
    let mut colons = 0;
    let mut mutable = None;
    for (at, token) in pattern.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if colons < 2 && binds(word, pattern, at) => {
                found.push(Binding { mutable: mutable.clone(), name: word.clone() });
            }
            TokenTree::Group(group) => bindings(&group.stream().into_iter().collect::<Vec<_>>(), binds, found),
            _ => {}
        }
        mutable = match token {
            TokenTree::Ident(word) if word == "mut" => Some(word.clone()),
            _ => None,
        };
        let goes_on = |colon: &Punct| colon.as_char() == ':' && (colons == 1 || colon.spacing() == Spacing::Joint);
        colons = if matches!(token, TokenTree::Punct(punct) if goes_on(punct)) { colons + 1 } else { 0 };
    }
}

/// Whether the word at this place is a name, and not a keyword, a field, a path or a constant. A word in capitals is one of
/// the latter, unless it is the whole pattern.
fn binds(word: &Ident, pattern: &[TokenTree], at: usize) -> bool {
    let in_capitals = word.to_string().starts_with(char::is_uppercase);
    stands_alone(word, pattern, at) && (pattern.len() <= 2 || !in_capitals)
}

/// Whether it is a name or a constant.
fn stands_alone(word: &Ident, pattern: &[TokenTree], at: usize) -> bool {
    let leads_on = match pattern.get(at + 1) {
        Some(TokenTree::Group(_)) => true,
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ':' | '!' | '<'),
        _ => false,
    };
    let is_keyword = ["ref", "mut", "_", "box"].iter().any(|keyword| word == keyword);
    !leads_on && !is_keyword
}
