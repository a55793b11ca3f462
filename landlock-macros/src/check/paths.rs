//! Values of keys that take paths, and of `include`.

use super::Checked;
use crate::diagnostics::Diagnostics;
use crate::parse::{Value, tokens};
use quote::{ToTokens as _, quote};

/// What may stand around a path.
const WRAPPERS: [&str; 5] = ["optional", "ensure_dir", "ensure_file", "nofollow", "fd"];

/// A literal path, an expression of one path, one of the wrappers around either, or `..iterable`.
pub(super) fn path(key: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    match spread(value, diagnostics) {
        Some(spread) => spread,
        None => wrapped(key, value, diagnostics),
    }
}

fn wrapped(key: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let call = |wrapper| tokens::as_call(&value.tokens, wrapper).map(|arguments| (wrapper, arguments));
    let Some((wrapper, arguments)) = WRAPPERS.into_iter().find_map(call) else {
        return one_path(key, value, diagnostics);
    };
    let pieces = tokens::split_commas(arguments);
    let [inner] = &pieces[..] else {
        let message = match &pieces[..] {
            [] if wrapper == "fd" => "`fd` takes what is open: write `fd(&file)`".to_owned(),
            [] => format!("`{wrapper}` takes a path: write `{wrapper}(\"/opt/share\")`"),
            _ => {
                let each: Vec<_> = pieces.iter().map(|piece| format!("{wrapper}({})", tokens::text(piece))).collect();
                format!("`{wrapper}` takes one path: write `{key} = [{}]`", each.join(", "))
            }
        };
        diagnostics.error(value, message);
        return None;
    };
    let inner = Value { tokens: inner.clone() };
    if wrapper == "fd" && tokens::as_literal(&inner.tokens).is_some() {
        diagnostics.error(&inner, "`fd` takes what is open: write `fd(&file)`, or the path by itself");
        return None;
    }
    let inner = wrapped(key, &inner, diagnostics)?;
    let made = matches!(&inner, Checked::Wrapped { wrapper: "ensure_dir" | "ensure_file" | "fd", inner }
        if !matches!(**inner, Checked::Template(_)));
    if wrapper == "optional" && made {
        diagnostics.error(value, "`optional` has no effect on `ensure_dir`, `ensure_file` and `fd`: leave it out");
        return None;
    }
    Some(Checked::Wrapped { wrapper, inner: Box::new(inner) })
}

fn one_path(key: &str, value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    match tokens::as_literal(&value.tokens) {
        None => Some(Checked::Borrowed(value.to_token_stream())),
        Some(syn::Lit::Str(literal)) => match defect(key, &literal.value()) {
            None if is_template(&literal.value()) => Some(Checked::Template(quote!(#literal))),
            None => Some(Checked::Path(quote!(#literal))),
            Some(defect) => {
                diagnostics.error(&literal, defect);
                None
            }
        },
        Some(literal) => {
            let message = match &literal {
                syn::Lit::ByteStr(bytes) => plain_string(key, &bytes.value()),
                syn::Lit::CStr(text) => plain_string(key, text.value().as_bytes()),
                other => format!("`{}` is not a path: write `{key} = \"/etc\"`", quote!(#other)),
            };
            diagnostics.error(&literal, message);
            None
        }
    }
}

fn plain_string(key: &str, bytes: &[u8]) -> String {
    let path = String::from_utf8_lossy(bytes);
    format!("a path is written as a plain string: write `{key} = {path:?}`")
}

/// Whether a literal has something in it that is expanded.
pub(super) fn is_template(path: &str) -> bool {
    path.starts_with("~/") || path.contains('$')
}

/// What is wrong with a literal path, and what to write instead: never a path that grants more than the user wrote.
fn defect(key: &str, path: &str) -> Option<String> {
    let expression = || format!("`{key} = std::path::Path::new({path:?})`");
    if path.is_empty() {
        return Some(format!("an empty path names nothing: write the path that is meant, or leave `{key}` out"));
    }
    if path.contains('\0') {
        return Some("a path cannot contain a NUL byte: leave it out".to_owned());
    }
    if path == "~" {
        return Some(format!("the user's own directory is written `~/`: write `{key} = \"~/\"`"));
    }
    if path.starts_with('~') && !path.starts_with("~/") {
        return Some(format!(
            "only `~/`, the directory of the user who runs the program, is expanded: write the absolute path of {:?}; for a \
             file whose name begins with `~`, an expression: {}",
            path.split('/').next().unwrap_or(path),
            expression()
        ));
    }
    if let Some(file) = path.strip_prefix("file://").filter(|file| file.starts_with('/')) {
        return Some(format!("{path:?} is a URL: write the path by itself, `{key} = {file:?}`"));
    }
    if path.contains("://") {
        return Some(format!("{path:?} is a URL, not a path: for the port of a peer, write `net_connect = 443`"));
    }
    if let Some(malformed) = path.split('$').skip(1).find(|after| !starts_with_variable(after)) {
        return Some(format!(
            "`${malformed}` is no variable: write `$NAME` or `${{NAME}}`; for a `$` in a file name, an expression: {}",
            expression()
        ));
    }
    if !path.starts_with(['/', '$', '~']) {
        let here = if is_template(path) {
            String::new()
        } else {
            format!("; if the working directory is meant, write an expression: {}", expression())
        };
        return Some(format!(
            "{path:?} is relative, and a literal path is absolute: begin it with `/`, with `~/`, or with a variable such as \
             `$HOME`{here}"
        ));
    }
    if path.split('/').any(|part| part == "..") {
        return Some(format!(
            "`..` in {path:?} leads elsewhere where the directory before it is a link: write the path without it"
        ));
    }
    None
}

/// The name after `$`, in braces or not.
fn starts_with_variable(after: &str) -> bool {
    let name = match after.strip_prefix('{') {
        Some(braced) => braced.split_once('}').map_or("", |(name, _)| name),
        None => after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default(),
    };
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// An expression of type `Policy`, or `..` of several.
pub(super) fn policy(value: &Value, diagnostics: &mut Diagnostics) -> Option<Checked> {
    if let Some(literal) = tokens::as_literal(&value.tokens) {
        let message =
            format!("`{}` is not a policy: write `include = landlock_runtime::presets::dns()`", quote!(#literal));
        diagnostics.error(value, message);
        return None;
    }
    if tokens::as_spread(&value.tokens).is_some() {
        diagnostics.error(value, "`include` takes policies one by one: write `include = [one, other]`");
        return None;
    }
    Some(Checked::Borrowed(value.to_token_stream()))
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

/// A literal path, through its wrappers.
pub(super) fn literal(value: &Checked) -> Option<syn::LitStr> {
    match value {
        Checked::Path(literal) | Checked::Template(literal) => syn::parse2(literal.clone()).ok(),
        Checked::Wrapped { inner, .. } => literal(inner),
        _ => None,
    }
}

/// An absolute path or a template without what says nothing: no doubled `/`, no `.`, nothing after the last component.
pub(super) fn plain(path: &str) -> String {
    let parts = path.split('/').enumerate().filter(|(at, part)| *at == 0 || !matches!(*part, "" | "."));
    parts.map(|(_, part)| part).collect::<Vec<_>>().join("/")
}

/// Whether it is made where it is missing.
pub(super) fn is_made(value: &Checked) -> bool {
    match value {
        Checked::Wrapped { wrapper, inner } => matches!(*wrapper, "ensure_dir" | "ensure_file") || is_made(inner),
        _ => false,
    }
}

/// A literal and its wrappers, as the expression that means the same.
pub(super) fn as_expression(value: &Checked) -> String {
    match value {
        Checked::Wrapped { wrapper, inner } => format!("{wrapper}({})", as_expression(inner)),
        Checked::Template(path) => format!("landlock_runtime::expand({path})"),
        Checked::Path(path) => format!("std::path::Path::new({path})"),
        _ => String::new(),
    }
}
