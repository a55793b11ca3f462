//! Calls, read back from the tokens of an expansion.

use crate::calls::{Call, Required, Rule, Word};
use landlock_runtime::{Feature, Right};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The calls of `::landlock_runtime::Policy::new().read(::landlock_runtime::literal(c"/etc"))…`; or what else stands there.
pub(crate) fn calls(expansion: TokenStream) -> Result<Vec<Call>, String> {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    let Some(start) = tokens.iter().position(is_group) else { return Err("no call".to_owned()) };
    let (head, mut rest) = tokens.split_at(start + 1);
    if text(head) != text(&tokens_of(":: landlock_runtime :: Policy :: new ()")) {
        return Err(format!("not a policy: {}", text(head)));
    }
    let mut calls = Vec::new();
    while let [dot, TokenTree::Ident(method), TokenTree::Group(value), after @ ..] = rest {
        if dot.to_string() != "." {
            return Err(format!("not a call: {}", text(rest)));
        }
        let value: Vec<TokenTree> = value.stream().into_iter().collect();
        calls.push(call(&method.to_string(), &value).ok_or_else(|| format!("{method}: {}", text(&value)))?);
        rest = after;
    }
    if rest.is_empty() { Ok(calls) } else { Err(format!("not a call: {}", text(rest))) }
}

fn is_group(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

fn text(tokens: &[TokenTree]) -> String {
    tokens.iter().cloned().collect::<TokenStream>().to_string()
}

fn tokens_of(source: &str) -> Vec<TokenTree> {
    source.parse::<TokenStream>().expect("Rust").into_iter().collect()
}

fn call(method: &str, value: &[TokenTree]) -> Option<Call> {
    let key = method.to_owned();
    Some(match method {
        "unrestricted" | "quiet" => Call::Words(key, word(value)?),
        "require" => Call::Require(required(value)?),
        "abi" => Call::Abi(number(value)?),
        "threads" => Call::Threads(of_runtime(value)?.last()? == "New"),
        "no_new_privs" | "log_same_exec" | "log_new_exec" | "log_subdomains" => {
            Call::Flag(key, text(value).parse().ok()?)
        }
        method if crate::keys::Key::named(method).is_some_and(|key| key.kind == crate::keys::Kind::Ports) => {
            Call::Ports(key, ports(value)?)
        }
        "quiet_ports" => Call::Ports(key, ports(value)?),
        _ => Call::Path(key, rule(value)?),
    })
}

/// `::landlock_runtime::A::B` and what follows.
fn of_runtime(value: &[TokenTree]) -> Option<Vec<String>> {
    let words: Vec<String> = value.iter().map(ToString::to_string).filter(|token| token != ":").collect();
    (words.first()? == "landlock_runtime").then(|| words[1..].to_vec())
}

fn number<N: std::str::FromStr>(value: &[TokenTree]) -> Option<N> {
    text(value).parse().ok()
}

fn ports(value: &[TokenTree]) -> Option<std::ops::RangeInclusive<u16>> {
    match value {
        [one] => number(std::slice::from_ref(one)).map(|port| port..=port),
        [first, _, _, _, last] if text(value).contains("..=") => {
            Some(number(std::slice::from_ref(first))?..=number(std::slice::from_ref(last))?)
        }
        _ => None,
    }
}

fn word(value: &[TokenTree]) -> Option<Word> {
    let words = of_runtime(value)?;
    let [of, variant] = &words[..] else { return None };
    let named = |name: &str| *variant == name;
    match of.as_str() {
        "Feature" => Feature::ALL.iter().find(|feature| named(&format!("{feature:?}"))).copied().map(Word::Feature),
        "Right" => Right::ALL.iter().find(|right| named(&format!("{right:?}"))).copied().map(Word::Right),
        _ => None,
    }
}

fn required(value: &[TokenTree]) -> Option<Required> {
    if let Some(word) = word(value) {
        return Some(Required::Word(word));
    }
    let words = of_runtime(value)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["Require", "None"] => Some(Required::Nothing),
        ["Require", "All"] => Some(Required::All),
        ["Require", "Threads"] => Some(Required::Threads),
        ["Require", "Abi", abi] => Some(Required::Abi(abi.trim_matches(['(', ')']).parse().ok()?)),
        _ => None,
    }
}

/// A literal, an expression that prints as one, a template, a wrapper.
fn rule(value: &[TokenTree]) -> Option<Rule> {
    let inside = |group: &TokenTree| match group {
        TokenTree::Group(group) => group.stream().into_iter().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let literal = |tokens: &[TokenTree]| {
        let literal: syn::LitStr = syn::parse2(tokens.iter().cloned().collect()).ok()?;
        Some(literal.value())
    };
    let c_literal = |tokens: &[TokenTree]| {
        let literal: syn::LitCStr = syn::parse2(tokens.iter().cloned().collect()).ok()?;
        literal.value().into_string().ok()
    };
    let (group, head) = value.split_last()?;
    let is = |expression: &str| text(head) == text(&tokens_of(expression));
    if is("&std::path::Path::new") {
        return literal(&inside(group)).map(Rule::Path);
    }
    if is("&landlock_runtime::expand") {
        return literal(&inside(group)).map(Rule::Template);
    }
    let words = of_runtime(head)?;
    match &words[..] {
        [name] if name == "literal" => c_literal(&inside(group)).map(Rule::Path),
        [name] if name == "expand" => literal(&inside(group)).map(Rule::Template),
        [name] => Some(Rule::Wrapped(name.clone(), Box::new(rule(&inside(group))?))),
        _ => None,
    }
}
