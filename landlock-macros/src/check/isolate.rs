//! `isolate`: where the call runs.

use super::words;
use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::parse::{self, Argument, Named, Value, tokens};
use crate::vocabulary::{PLACES, place};
use proc_macro2::TokenTree;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolate {
    Thread,
    InPlace,
    Pool { workers: Option<u32> },
    Process { reuse: Option<Reuse> },
}

/// Worker processes that serve more than one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reuse {
    pub(crate) workers: Option<u32>,
    pub(crate) max_calls: Option<u32>,
}

pub(super) fn isolate(value: &Value, diagnostics: &mut Diagnostics) -> Option<Isolate> {
    const POOL: &str = "pool(workers = 4)";
    const PROCESS: &str = "process(reuse, workers = 4, max_calls = 1000)";
    if let Some(inner) = tokens::as_call(&value.tokens, "pool") {
        let numbers = numbers(value, inner, &["workers"], POOL, diagnostics)?;
        return Some(Isolate::Pool { workers: numbers.workers });
    }
    if let Some(inner) = tokens::as_call(&value.tokens, "process") {
        let reuse = match &tokens::split_commas(inner.clone())[..] {
            [first, ..] if tokens::text(first) != "reuse" => None,
            [] => None,
            [_] => Some(Reuse::default()),
            _ => Some(numbers(value, inner[2..].to_vec(), &["workers", "max_calls"], PROCESS, diagnostics)?),
        };
        if reuse.is_none() {
            diagnostics.error(
                value,
                format!(
                    "each call has a process of its own, unless the first word is `reuse`: write `isolate = process`, or \
                     `isolate = {PROCESS}`"
                ),
            );
        }
        return Some(Isolate::Process { reuse: Some(reuse?) });
    }
    let word = words::word(value, "isolate", "in_place", diagnostics)?.to_string();
    let found = match word.as_str() {
        "thread" => Isolate::Thread,
        "in_place" => Isolate::InPlace,
        "pool" => Isolate::Pool { workers: None },
        "process" => Isolate::Process { reuse: None },
        _ => {
            let places = || PLACES.iter().filter(|(name, place)| name == place).map(|(name, _)| *name);
            let hint = place(&word).or_else(|| nearest(&word, places())).map_or_else(
                || format!("expected {}", one_of(places())),
                |near| format!("did you mean `isolate = {near}`?"),
            );
            diagnostics.error(value, format!("unknown place `{word}`: {hint}"));
            return None;
        }
    };
    Some(found)
}

/// A feature of the runtime that a place needs, and the error where the runtime lacks it.
#[derive(Debug)]
pub(crate) struct Needed {
    pub(crate) feature: &'static str,
    pub(crate) lacking: syn::Error,
}

/// Only the runtime of each build knows its features: this crate is built once for all of them.
pub(super) fn needed(isolate: Isolate, value: &Value) -> Option<Needed> {
    let feature = match isolate {
        Isolate::Thread | Isolate::InPlace => return None,
        Isolate::Pool { .. } => "pool",
        Isolate::Process { .. } => "process",
    };
    let message = format!(
        "`isolate = {feature}` needs the feature `{feature}` of landlock-runtime: run `cargo add landlock-runtime --features \
         {feature}`"
    );
    Some(Needed { feature, lacking: syn::Error::new_spanned(value, message) })
}

/// `workers = 4, max_calls = 1000`, of which only some are known.
fn numbers(
    whole: &Value,
    inner: Vec<TokenTree>,
    known: &[&str],
    example: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Reuse> {
    let is_key = |token: &TokenTree| matches!(token, TokenTree::Ident(_));
    if !inner.first().is_some_and(is_key) {
        let place = tokens::text(&whole.tokens[..1]);
        let example = match (tokens::as_literal(&inner), inner.is_empty()) {
            (Some(syn::Lit::Int(number)), _) => format!("{place}(workers = {number})"),
            (_, true) => format!("{place}`, or `isolate = {example}"),
            _ => example.to_owned(),
        };
        diagnostics.error(whole, format!("`{place}(…)` takes named arguments: write `isolate = {example}`"));
        return None;
    }
    let mut found = Reuse::default();
    let named = |argument: &Argument| {
        let name = argument.key.to_string();
        let found =
            known.iter().any(|known| *known == name).then_some(Named { key: (), example: "4", takes_a_list: false });
        found.ok_or_else(|| format!("unknown key `{name}`: expected {}", one_of(known.iter().copied())))
    };
    let arguments = parse::policy(inner.into_iter().collect(), diagnostics).arguments(named, diagnostics);
    for ((), argument) in arguments {
        let name = argument.key.to_string();
        let Some(number) = number(&argument, example, diagnostics) else { continue };
        let place = if name == "workers" { &mut found.workers } else { &mut found.max_calls };
        if place.replace(number).is_some() {
            diagnostics.error(&argument.key, format!("`{name}` is given twice: leave one of them out"));
        }
    }
    Some(found)
}

fn number(argument: &Argument, example: &str, diagnostics: &mut Diagnostics) -> Option<u32> {
    let value = argument.one_value("4", diagnostics)?;
    let number = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Int(number)) => number.base10_parse::<u32>().ok().filter(|number| *number > 0),
        _ => None,
    };
    if number.is_none() {
        diagnostics.error(value, format!("`{}` is a number from 1 on: write `isolate = {example}`", argument.key));
    }
    number
}
