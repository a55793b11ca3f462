//! Keys that say how the layer is made: `abi`, `threads`, `no_new_privs`, `log`, `quiet`, `crate`.

use super::words::{self, Name};
use super::{Call, Checked, paths, ports};
use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::keys::{Key, Kind, LATEST_ABI};
use crate::parse::{self, Argument, Named, Value, tokens};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

/// The calls of the builder that one of these keys stands for.
pub(super) fn calls(key: &'static Key, argument: &Argument, diagnostics: &mut Diagnostics) -> Vec<Call> {
    let Some(value) = argument.one_value(key.example, diagnostics) else { return Vec::new() };
    let call = |method, value| Call { key, name: argument.key.clone(), method, value };
    match key.kind {
        Kind::Abi => abi(value, diagnostics).into_iter().map(|value| call("abi", value)).collect(),
        Kind::Threads => threads(value, diagnostics).into_iter().map(|value| call("threads", value)).collect(),
        Kind::NoNewPrivs => {
            boolean(key.name, value, diagnostics).into_iter().map(|value| call("no_new_privs", value)).collect()
        }
        Kind::Log => log(value, diagnostics).into_iter().map(|(method, value)| call(method, value)).collect(),
        _ => quiet(value, diagnostics).into_iter().map(|(method, value)| call(method, value)).collect(),
    }
}

/// `crate = path::to::landlock_runtime`.
pub(super) fn runtime(key: &Key, argument: &Argument, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let value = argument.one_value(key.example, diagnostics)?;
    let is_path = value.tokens.iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ':' | '$'),
        _ => false,
    });
    if is_path {
        return Some(value.to_token_stream());
    }
    diagnostics.error(value, "`crate` takes the path of the runtime: write `crate = ::landlock_runtime`");
    None
}

fn abi(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let number = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Int(abi)) => abi.base10_parse::<u32>().ok(),
        _ => None,
    };
    if number.is_some_and(|abi| (1..=LATEST_ABI).contains(&abi)) {
        return Some(Checked::Literal(value.to_token_stream()));
    }
    let meant = match number {
        Some(abi) if abi > LATEST_ABI => format!("write `abi = {LATEST_ABI}`, or leave `abi` out"),
        _ => "write `abi = 6`".to_owned(),
    };
    diagnostics.error(value, format!("an ABI is a number in 1..={LATEST_ABI}: {meant}"));
    None
}

fn threads(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let word = words::word(value, "threads", "new", diagnostics)?.to_string();
    match word.as_str() {
        "all" => Some(Checked::Name(Name::AllThreads)),
        "new" => Some(Checked::Name(Name::NewThreads)),
        _ => {
            diagnostics.error(value, format!("unknown word `{word}`: expected `all` or `new`"));
            None
        }
    }
}

fn boolean(key: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Bool(value)) => Some(Checked::Literal(quote!(#value))),
        _ => {
            diagnostics
                .error(value, format!("`{key}` is `true` or `false` itself, and no expression: write `{key} = true`"));
            None
        }
    }
}

/// `log(same_exec = false, new_exec = true, subdomains = false)`
fn log(value: &Value, diagnostics: &mut Diagnostics) -> Vec<(&'static str, Checked)> {
    const FLAGS: [Inner; 3] = [
        Inner { name: "same_exec", method: "log_same_exec", example: "true" },
        Inner { name: "new_exec", method: "log_new_exec", example: "true" },
        Inner { name: "subdomains", method: "log_subdomains", example: "true" },
    ];
    let mut calls = Vec::new();
    for (flag, argument) in inner("log", "new_exec = true", value, &FLAGS, diagnostics) {
        let Some(value) = argument.one_value("true", diagnostics) else { continue };
        calls.extend(boolean(flag.name, value, diagnostics).map(|value| (flag.method, value)));
    }
    calls
}

/// `quiet(rights = […], paths = […], ports = […], scopes = […])`
fn quiet(value: &Value, diagnostics: &mut Diagnostics) -> Vec<(&'static str, Checked)> {
    const PARTS: [Inner; 4] = [
        Inner { name: "rights", method: "quiet", example: "read_file" },
        Inner { name: "scopes", method: "quiet", example: "signal" },
        Inner { name: "paths", method: "quiet_paths", example: "\"/proc\"" },
        Inner { name: "ports", method: "quiet_ports", example: "443" },
    ];
    let mut calls = Vec::new();
    for (part, argument) in inner("quiet", "rights = read_file, paths = \"/proc\"", value, &PARTS, diagnostics) {
        for value in &argument.values {
            let checked = match part.name {
                "paths" => paths::path("paths", value, diagnostics),
                "ports" => ports::port("ports", value, diagnostics),
                _ => words::feature_or_right_of(part.name, part.example, value, diagnostics),
            };
            calls.extend(checked.map(|value| (part.method, value)));
        }
    }
    calls
}

/// A key in the parentheses of a value.
struct Inner {
    name: &'static str,
    method: &'static str,
    example: &'static str,
}

/// The arguments in the parentheses of `name(…)`.
fn inner(
    name: &str,
    example: &str,
    value: &Value,
    known: &'static [Inner],
    diagnostics: &mut Diagnostics,
) -> Vec<(&'static Inner, Argument)> {
    let Some(inner) = tokens::as_call(&value.tokens, name).filter(|inner| !inner.is_empty()) else {
        let example = match tokens::as_literal(&value.tokens) {
            Some(syn::Lit::Bool(log)) if name == "log" && !log.value => "same_exec = false, subdomains = false",
            _ => example,
        };
        diagnostics
            .error(value, format!("`{name}` takes named arguments in parentheses: write `{name} = {name}({example})`"));
        return Vec::new();
    };
    let keys = || known.iter().map(|key| key.name);
    let named = |argument: &Argument| {
        let name = argument.key.to_string();
        let found = known.iter().find(|key| key.name == name);
        found.map(|key| Named { key, example: key.example, takes_a_list: true }).ok_or_else(|| {
            let hint = nearest(&name, keys()).map_or_else(
                || format!("expected one of {}", one_of(keys())),
                |near| format!("did you mean `{near}`?"),
            );
            format!("unknown key `{name}`: {hint}")
        })
    };
    parse::policy(inner.into_iter().collect(), diagnostics).arguments(named, diagnostics)
}
