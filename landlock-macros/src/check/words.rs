//! Values that are words of ours: features, rights, what is required.

use super::Checked;
use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::parse::{Value, tokens};
use crate::vocabulary::{FEATURES, OTHER_WORDS, RIGHTS};
use proc_macro2::{Ident, TokenTree};

/// A name that the runtime has for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Feature { word: &'static str, variant: &'static str },
    Right { word: &'static str, variant: &'static str },
    Nothing,
    All,
    Threads,
    Abi(u32),
    AllThreads,
    NewThreads,
}

pub(super) fn unrestricted(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    feature_or_right_of("unrestricted", "tcp", value, diagnostics)
}

/// A feature or a single right, as the value of any key.
pub(super) fn feature_or_right_of(
    key: &str,
    example: &str,
    value: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Checked> {
    let word = word(value, key, example, diagnostics)?.to_string();
    let found = feature_or_right(&word);
    if found.is_none() {
        diagnostics.error(value, unknown(&word, key, &[]));
    }
    found.map(Checked::Name)
}

pub(super) fn require(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    if let Some(argument) = tokens::as_call(&value.tokens, "abi") {
        let abi = match tokens::as_literal(&argument) {
            Some(syn::Lit::Int(abi)) => abi.base10_parse::<u32>().ok(),
            _ => None,
        };
        if abi.is_none_or(|abi| abi == 0) {
            diagnostics.error(value, "an ABI is a number from 1 on: write `require = abi(6)`");
            return None;
        }
        return abi.map(|abi| Checked::Name(Name::Abi(abi)));
    }
    let word = word(value, "require", "[fs, tcp]", diagnostics)?.to_string();
    let found = match word.as_str() {
        "none" => Some(Name::Nothing),
        "all" => Some(Name::All),
        "threads" => Some(Name::Threads),
        "best_effort" | "soft_requirement" => {
            let message = "best effort is the default, beyond the rights on files of ABI 1: leave `require` out; to require not \
                           even these, write `require = none`";
            diagnostics.error(value, message);
            return None;
        }
        "mandatory" | "hard_requirement" | "strict" | "everything" => {
            diagnostics.error(value, format!("unknown word `{word}`: did you mean `require = all`?"));
            return None;
        }
        "abi" => {
            diagnostics.error(value, "`abi` needs its number: write `require = abi(6)`");
            return None;
        }
        word => feature_or_right(word),
    };
    if found.is_none() {
        diagnostics.error(value, unknown(&word, "require", &["none", "all", "threads", "abi(6)"]));
    }
    found.map(Checked::Name)
}

/// The single word that a value is; quotes around it are a mistake that the message takes off.
pub(super) fn word(value: &Value, key: &str, example: &str, diagnostics: &mut Diagnostics) -> Option<Ident> {
    if let [TokenTree::Ident(word)] = &tokens::unwrap_invisible(value.tokens.clone())[..] {
        return Some(word.clone());
    }
    let message = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Str(text)) => {
            let text = text.value();
            let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || "_()=, ".contains(c)) && !text.is_empty();
            let word = if is_word { &text } else { example };
            format!("`{key}` takes a word, not a string: write `{key} = {word}`")
        }
        _ => format!(
            "`{}` is no word of `{key}`, which takes words such as `{key} = {example}`",
            tokens::text(&value.tokens)
        ),
    };
    diagnostics.error(value, message);
    None
}

fn feature_or_right(word: &str) -> Option<Name> {
    // Of two names of the kernel's, features have others.
    let word = if word == "abstract_unix_socket" { "abstract_unix" } else { word };
    let find = |table: &'static [(&str, &str)]| table.iter().find(|(name, _)| *name == word);
    let feature = find(FEATURES).map(|(word, variant)| Name::Feature { word, variant });
    feature.or_else(|| find(RIGHTS).map(|(word, variant)| Name::Right { word, variant }))
}

fn unknown(word: &str, key: &str, more: &[&'static str]) -> String {
    let features = || FEATURES.iter().map(|(name, _)| *name).chain(more.iter().copied());
    let other = OTHER_WORDS.iter().find(|(other, _)| *other == word).map(|(_, ours)| *ours);
    match other.or_else(|| nearest(word, features().chain(RIGHTS.iter().map(|(name, _)| *name)))) {
        Some(near) => format!("unknown word `{word}`: did you mean `{key} = {near}`?"),
        None => format!("unknown word `{word}`: expected {}, or a single right such as `make_reg`", one_of(features())),
    }
}
