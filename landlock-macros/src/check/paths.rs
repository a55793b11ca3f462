//! Values of keys that take paths, and of `include`.

use super::Checked;
use crate::diagnostics::Diagnostics;
use crate::keys::Key;
use crate::parse::{Value, tokens};
use quote::{ToTokens as _, quote};

/// A literal path, an expression of one path, `optional(…)` of either, or `..iterable`.
pub(super) fn path(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    if let Some(spread) = spread(value, diagnostics) {
        return spread;
    }
    let Some(arguments) = tokens::as_call(&value.tokens, "optional") else {
        return one_path(key, value, diagnostics);
    };
    let pieces = tokens::split_commas(arguments);
    let [inner] = &pieces[..] else {
        diagnostics.error(value, "`optional` takes one path: write `optional(\"/opt/share\")`");
        return None;
    };
    one_path(key, &Value { tokens: inner.clone() }, diagnostics).map(|inner| Checked::Optional(Box::new(inner)))
}

fn one_path(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let name = key.name;
    match tokens::as_literal(&value.tokens) {
        None => Some(expression(value)),
        Some(syn::Lit::Str(literal)) => match defect(name, &literal.value()) {
            None => Some(Checked::Literal(quote!(#literal))),
            Some(defect) => {
                diagnostics.error(&literal, defect);
                None
            }
        },
        Some(literal) => {
            let message = match &literal {
                syn::Lit::ByteStr(_) | syn::Lit::CStr(_) => "a path is written as a plain string".to_owned(),
                other => format!("`{}` is not a path", quote!(#other)),
            };
            diagnostics.error(&literal, format!("{message}: write `{name} = \"/etc\"`"));
            None
        }
    }
}

/// What is wrong with a literal path.
fn defect(key: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(format!("an empty path names nothing: write `{key} = \"/etc\"`, or leave the key out"));
    }
    if path.contains('\0') {
        return Some("a path cannot contain a NUL byte".to_owned());
    }
    if path.starts_with('~') || path.contains('$') {
        return Some(format!(
            "`~` and `$` are not expanded in a literal, and name a file as they stand: write an expression that says \
             which is meant, such as `{key} = std::path::Path::new({path:?})`"
        ));
    }
    if path.contains("://") {
        return Some(format!("{path:?} is not a path of a file: write `net_connect = 443` for the port of a peer"));
    }
    if !path.starts_with('/') {
        let absolute = format!("/{}", path.trim_start_matches("./"));
        return Some(format!(
            "{path:?} is relative, and would depend on the working directory: write `{key} = {absolute:?}`, or an \
             expression where that is meant, `{key} = std::path::Path::new({path:?})`"
        ));
    }
    if path.split('/').any(|part| part == "..") {
        return Some(format!(
            "`..` in {path:?} leads elsewhere where the directory before it is a link: write the path without it"
        ));
    }
    None
}

/// An expression of type `Policy`, or `..` of several.
pub(super) fn policy(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    if let Some(literal) = tokens::as_literal(&value.tokens) {
        let message = format!("`{}` is not a policy: write `include = presets::dns()`", quote!(#literal));
        diagnostics.error(value, message);
        return None;
    }
    if tokens::as_spread(&value.tokens).is_some() {
        diagnostics.error(value, "`include` takes policies one by one: write `include = [presets::dns(), other()]`");
        return None;
    }
    Some(expression(value))
}

pub(super) fn expression(value: &Value) -> Checked {
    Checked::Expression(value.to_token_stream())
}

/// `..rest`; the outer `None` is for a value that is no spread.
#[allow(clippy::option_option, reason = "no spread, a bad one, a good one")]
pub(super) fn spread(value: &Value, diagnostics: &mut Diagnostics) -> Option<Option<Checked>> {
    let rest = tokens::as_spread(&value.tokens)?;
    if rest.is_empty() {
        diagnostics.error(value, "`..` needs the iterable that it spreads: write `..paths`");
        return Some(None);
    }
    Some(Some(Checked::Spread(rest.iter().cloned().collect())))
}

/// A literal path, through `optional`.
pub(super) fn literal(value: &Checked) -> Option<syn::LitStr> {
    match value {
        Checked::Literal(literal) => syn::parse2(literal.clone()).ok(),
        Checked::Optional(inner) => literal(inner),
        _ => None,
    }
}
