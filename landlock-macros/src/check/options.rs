//! Keys that are given once and grant nothing: `isolate`, `stack`, `timeout`, `memory`, `on_error`.

use super::isolate::{Isolate, Needed, isolate, needed};
use super::{OnError, quantity, words};
use crate::diagnostics::Diagnostics;
use crate::keys::{Key, Kind};
use crate::parse::{Argument, Value, tokens};
use proc_macro2::Ident;

#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) isolate: Option<(Isolate, Ident)>,
    /// What the place needs of the runtime.
    pub(super) needed: Option<Needed>,
    /// What was written for `isolate` could not be read, or may be in an argument that could not.
    pub(super) lacks_isolate: bool,
    pub(super) stack: Option<(u64, Ident)>,
    /// In milliseconds.
    pub(super) timeout: Option<(u64, Ident)>,
    pub(super) memory: Option<(u64, Ident)>,
    pub(super) on_error: Option<(OnError, Value)>,
}

impl Options {
    pub(super) fn set(&mut self, key: &Key, argument: &Argument, diagnostics: &mut Diagnostics) {
        let Some(value) = argument.one_value(key.example, diagnostics) else {
            self.lacks_isolate |= key.kind == Kind::Isolate;
            return;
        };
        let name = argument.key.clone();
        match key.kind {
            Kind::Isolate => {
                let isolate = isolate(value, diagnostics);
                self.needed = isolate.and_then(|isolate| needed(isolate, value));
                self.isolate = isolate.map(|isolate| (isolate, name));
                self.lacks_isolate |= self.isolate.is_none();
            }
            Kind::Stack => self.stack = quantity::size(key, value, diagnostics).map(|stack| (stack, name)),
            Kind::Memory => self.memory = quantity::size(key, value, diagnostics).map(|memory| (memory, name)),
            Kind::Timeout => self.timeout = quantity::duration(key, value, diagnostics).map(|limit| (limit, name)),
            _ => self.on_error = on_error(value, diagnostics).map(|on_error| (on_error, value.clone())),
        }
    }
}

/// None of these is for `policy!`.
pub(super) fn refuse(argument: &Argument, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        &argument.key,
        "this is for `#[sandbox]`: a policy says what is allowed, and `.restrict_process()`, `.restrict_thread()` or \
         `.run(…)` say where",
    );
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
