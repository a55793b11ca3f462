//! Keys that are given once and grant nothing: `isolate`, `stack`, `on_error`.

use super::{OnError, words};
use crate::diagnostics::{Diagnostics, nearest};
use crate::keys::{Key, Kind};
use crate::parse::{Argument, Value, tokens};
use proc_macro2::Ident;
use quote::ToTokens as _;

#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) isolate: Option<(Isolate, Ident)>,
    pub(super) stack: Option<(usize, Ident)>,
    pub(super) on_error: Option<(OnError, Value)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isolate {
    Thread,
    InPlace,
}

impl Options {
    pub(super) fn set(&mut self, key: &Key, argument: &Argument, diagnostics: &mut Diagnostics) {
        let Some(value) = argument.one_value(key.example, diagnostics) else { return };
        match key.kind {
            Kind::Isolate => self.isolate = isolate(value, diagnostics).map(|isolate| (isolate, argument.key.clone())),
            Kind::Stack => self.stack = stack(value, diagnostics).map(|stack| (stack, argument.key.clone())),
            _ => self.on_error = on_error(value, diagnostics).map(|on_error| (on_error, value.clone())),
        }
    }

    /// None of these is for `policy!`.
    pub(super) fn refuse(&self, diagnostics: &mut Diagnostics) {
        let keys = [
            self.isolate.as_ref().map(|(_, key)| key.to_token_stream()),
            self.stack.as_ref().map(|(_, key)| key.to_token_stream()),
            self.on_error.as_ref().map(|(_, value)| value.to_token_stream()),
        ];
        for key in keys.into_iter().flatten() {
            diagnostics.error(
                key,
                "this is for `#[sandbox]`: a policy says what is allowed, and `.restrict_process()`, `.restrict_thread()` or \
                 `.run(…)` say where",
            );
        }
    }
}

fn isolate(value: &Value, diagnostics: &mut Diagnostics) -> Option<Isolate> {
    let word = words::word(value, "isolate", "in_place", diagnostics)?.to_string();
    match word.as_str() {
        "thread" => Some(Isolate::Thread),
        "in_place" => Some(Isolate::InPlace),
        _ => {
            let near = nearest(&word, ["thread", "in_place"].into_iter());
            let hint = near.map_or_else(
                || "expected `thread` or `in_place`".to_owned(),
                |near| format!("did you mean `isolate = {near}`?"),
            );
            diagnostics.error(value, format!("unknown place `{word}`: {hint}"));
            None
        }
    }
}

/// `"8 MiB"`, in bytes.
fn stack(value: &Value, diagnostics: &mut Diagnostics) -> Option<usize> {
    let size = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Str(text)) => size(&text.value()),
        Some(syn::Lit::Int(bytes)) => Err(format!("a size has its unit: write `stack = \"{bytes} B\"`")),
        _ => Err("a stack is a size: write `stack = \"16 MiB\"`".to_owned()),
    };
    size.map_err(|message| diagnostics.error(value, message)).ok()
}

fn size(text: &str) -> Result<usize, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    let shift = match unit {
        "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => {
            return Err(format!("{text:?} is not a size: a number and `B`, `KiB`, `MiB` or `GiB`, such as \"16 MiB\""));
        }
    };
    let too_large = || format!("{text:?} is more than this machine can address");
    let number: usize = number.parse().map_err(|_| format!("{text:?} is not a size: write `stack = \"16 MiB\"`"))?;
    match number.checked_mul(1 << shift) {
        Some(0) => Err("a stack of no size holds nothing: write `stack = \"16 MiB\"`".to_owned()),
        Some(size) => Ok(size),
        None => Err(too_large()),
    }
}

fn on_error(value: &Value, diagnostics: &mut Diagnostics) -> Option<OnError> {
    if let Some(argument) = tokens::as_call(&value.tokens, "exit") {
        let code = match tokens::as_literal(&argument) {
            Some(syn::Lit::Int(code)) => code.base10_parse::<u8>().ok(),
            _ => None,
        };
        if code.is_none() {
            diagnostics.error(value, "an exit code is a number in 0..=255: write `on_error = exit(1)`");
        }
        return code.map(OnError::Exit);
    }
    let word = words::word(value, "on_error", "panic", diagnostics)?.to_string();
    match word.as_str() {
        "return" => Some(OnError::Return),
        "panic" => Some(OnError::Panic),
        "exit" => {
            diagnostics.error(value, "`exit` needs its code: write `on_error = exit(1)`");
            None
        }
        _ => {
            diagnostics.error(value, format!("unknown word `{word}`: expected `return`, `panic` or `exit(1)`"));
            None
        }
    }
}
