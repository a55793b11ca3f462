//! Keys that say how the layer is made: `abi`, `threads`, `no_new_privs`, `log`, `quiet`, `crate`.

use super::words::{self, Name};
use super::{Call, Checked, paths, ports};
use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::keys::{Key, Kind, LATEST_ABI};
use crate::parse::{self, Argument, Value, tokens};
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
    diagnostics.error(value, format!("an ABI is a number in 1..={LATEST_ABI}: write `abi = 6`"));
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
            diagnostics.error(value, format!("`{key}` is `true` or `false`, in plain sight: write `{key} = false`"));
            None
        }
    }
}

/// `log(same_exec = false, new_exec = true, subdomains = false)`
fn log(value: &Value, diagnostics: &mut Diagnostics) -> Vec<(&'static str, Checked)> {
    const FLAGS: [(&str, &str); 3] =
        [("same_exec", "log_same_exec"), ("new_exec", "log_new_exec"), ("subdomains", "log_subdomains")];
    let mut calls = Vec::new();
    for argument in inner("log", "new_exec = true", value, diagnostics) {
        let Some((flag, method)) = known(&argument, &FLAGS, diagnostics) else { continue };
        let Some(value) = argument.one_value("true", diagnostics) else { continue };
        calls.extend(boolean(flag, value, diagnostics).map(|value| (method, value)));
    }
    calls
}

/// `quiet(rights = […], paths = […], ports = […], scopes = […])`
fn quiet(value: &Value, diagnostics: &mut Diagnostics) -> Vec<(&'static str, Checked)> {
    const PARTS: [(&str, &str); 4] =
        [("rights", "quiet"), ("scopes", "quiet"), ("paths", "quiet_paths"), ("ports", "quiet_ports")];
    let mut calls = Vec::new();
    for argument in inner("quiet", "rights = read_file, paths = \"/proc\"", value, diagnostics) {
        let Some((part, method)) = known(&argument, &PARTS, diagnostics) else { continue };
        for value in &argument.values {
            let checked = match part {
                "paths" => paths::path("paths", value, diagnostics),
                "ports" => ports::port("ports", value, diagnostics),
                _ => words::feature_or_right_of(part, value, diagnostics),
            };
            calls.extend(checked.map(|value| (method, value)));
        }
    }
    calls
}

/// The arguments in the parentheses of `name(…)`.
fn inner(name: &str, example: &str, value: &Value, diagnostics: &mut Diagnostics) -> Vec<Argument> {
    match tokens::as_call(&value.tokens, name) {
        Some(inner) if !inner.is_empty() => parse::policy(inner.into_iter().collect(), diagnostics).arguments,
        _ => {
            diagnostics.error(value, format!("write `{name} = {name}({example})`"));
            Vec::new()
        }
    }
}

/// The method for an inner key.
fn known(
    argument: &Argument,
    table: &'static [(&'static str, &'static str)],
    diagnostics: &mut Diagnostics,
) -> Option<(&'static str, &'static str)> {
    let name = argument.key.to_string();
    let found = table.iter().find(|(key, _)| *key == name).copied();
    if found.is_none() {
        let keys = || table.iter().map(|(key, _)| *key);
        let hint = nearest(&name, keys())
            .map_or_else(|| format!("expected one of {}", one_of(keys())), |near| format!("did you mean `{near}`?"));
        diagnostics.error(&argument.key, format!("unknown key `{name}`: {hint}"));
    }
    found
}
