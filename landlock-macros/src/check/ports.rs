//! Values of keys that take ports.

use super::{Checked, paths};
use crate::diagnostics::Diagnostics;
use crate::parse::{Value, tokens};
use proc_macro2::{Spacing, TokenTree};
use quote::{ToTokens as _, quote};

/// Services that people write by name, with the port that they mean.
const SERVICES: [(&str, u16); 12] = [
    ("http", 80),
    ("https", 443),
    ("ssh", 22),
    ("dns", 53),
    ("domain", 53),
    ("smtp", 25),
    ("imap", 143),
    ("imaps", 993),
    ("ftp", 21),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("mysql", 3306),
];

/// A literal port, a range, an expression of one port, or `..iterable`.
pub(super) fn port(key: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    if let Some(spread) = paths::spread(value, diagnostics) {
        return spread;
    }
    if let Some(literal) = tokens::as_literal(&value.tokens) {
        return match number(key, &literal) {
            Ok(_) => Some(Checked::Literal(quote!(#literal))),
            Err(message) => {
                diagnostics.error(&literal, message);
                None
            }
        };
    }
    match &value.tokens[..] {
        [TokenTree::Punct(minus), TokenTree::Literal(number)] if minus.as_char() == '-' => {
            diagnostics.error(value, format!("a port is not negative: write `{key} = {number}`"));
            None
        }
        _ => range(key, value, diagnostics),
    }
}

/// The port that a literal is, or what to write instead.
fn number(name: &str, literal: &syn::Lit) -> Result<u16, String> {
    match literal {
        syn::Lit::Int(int) => {
            if !matches!(int.suffix(), "" | "u16") {
                return Err(format!("a port is a `u16`: write `{name} = {}`", int.base10_digits()));
            }
            let port: u64 = int.base10_parse().map_err(|_| format!("{int} is no port: 65535 is the last"))?;
            let port = u16::try_from(port).map_err(|_| {
                format!(
                    "port {port} is outside 0..=65535, and would wrap to {}: write the port that is meant",
                    port & 0xffff
                )
            })?;
            if port == 0 && name.contains("connect") {
                return Err(format!("nothing listens on port 0: write the port of the peer, such as `{name} = 443`"));
            }
            Ok(port)
        }
        syn::Lit::Str(text) => Err(of_text(name, &text.value())),
        other => Err(format!("`{}` is not a port: write `{name} = 443`", quote!(#other))),
    }
}

/// A host, an address, a service or a number in quotes.
fn of_text(key: &str, text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or((text, text));
    let authority = rest.split('/').next().unwrap_or(rest);
    // An address of IPv6 has colons of its own, and a port only behind brackets.
    let has_port = authority.matches(':').count() == 1 || authority.contains("]:");
    let after = authority.rsplit(':').next().filter(|_| has_port).unwrap_or_default();
    let service = SERVICES.iter().find(|(service, _)| service.eq_ignore_ascii_case(scheme)).map(|(_, port)| *port);
    match (text.parse::<u16>(), after.parse::<u16>(), service) {
        (Ok(port), ..) => format!("a port is a number, not text: write `{key} = {port}`"),
        (_, Ok(port), _) => format!("Landlock has no host rules, only ports: write `{key} = {port}`"),
        (.., Some(port)) if scheme == text => format!("a service is written as its port: write `{key} = {port}`"),
        (.., Some(port)) => format!("Landlock has no host rules, only ports: write `{key} = {port}`"),
        _ => format!("Landlock has no host rules, only ports: write the port of {text:?}, such as `{key} = 443`"),
    }
}

/// `8000..=8010`. What is not a literal, Rust judges.
fn range(name: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let Some((start, inclusive, end)) = bounds(&value.tokens) else {
        return Some(Checked::Copied(value.to_token_stream()));
    };
    let (low, high) = (tokens::as_literal(start), tokens::as_literal(end));
    if start.is_empty() || end.is_empty() {
        diagnostics.error(value, format!("a range of ports has two ends: write `{name} = 8000..=8010`"));
        return None;
    }
    let mut bound = |literal: &Option<syn::Lit>| match literal.as_ref().map(|literal| number(name, literal)) {
        Some(Err(message)) => {
            diagnostics.error(value, message);
            Err(())
        }
        Some(Ok(port)) => Ok(Some(port)),
        None => Ok(None),
    };
    let (low, high) = (bound(&low).ok()?, bound(&high).ok()?);
    let message = match (low, high) {
        (Some(low), Some(high)) if inclusive && low > high => {
            format!("the range is empty: write `{name} = {high}..={low}`")
        }
        (Some(low), Some(high)) if !inclusive && low < high => {
            format!("a range of ports names its last port: write `{name} = {low}..={}`", high - 1)
        }
        _ if !inclusive => format!("a range of ports names its last port: write `{name} = first..=last`"),
        _ => return Some(Checked::Copied(value.to_token_stream())),
    };
    diagnostics.error(value, message);
    None
}

/// The two sides of `..` or `..=` on the outermost level, and whether it was the second.
fn bounds(tokens: &[TokenTree]) -> Option<(&[TokenTree], bool, &[TokenTree])> {
    let is = |position: usize, wanted: char| matches!(tokens.get(position), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let joint = |position: usize| matches!(tokens.get(position), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    let dots = (0..tokens.len()).find(|at| is(*at, '.') && joint(*at) && is(at + 1, '.'))?;
    let inclusive = is(dots + 2, '=');
    let end = if inclusive { dots + 3 } else { dots + 2 };
    Some((&tokens[..dots], inclusive, &tokens[end..]))
}
