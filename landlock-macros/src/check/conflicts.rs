//! Values that are good each by itself, and contradict each other.

use super::words::Name;
use super::{Call, Checked, paths};
use crate::diagnostics::Diagnostics;
use crate::keys::Kind;

pub(super) fn check(calls: &[Call], diagnostics: &mut Diagnostics) {
    carve_outs(calls, diagnostics);
    moot_grants(calls, diagnostics);
    requirements(calls, diagnostics);
    newer_than_the_ceiling(calls, diagnostics);
}

/// A literal grant that adds nothing to wider ones around it: it takes nothing away either. Equal grants are one.
fn carve_outs(calls: &[Call], diagnostics: &mut Diagnostics) {
    let of_paths = calls.iter().filter(|call| call.key.kind == Kind::Paths);
    let grants: Vec<_> = of_paths.filter_map(Grant::on_a_literal).collect();
    for inner in &grants {
        let around: Vec<_> = grants.iter().filter(|outer| outer.is_around(inner)).collect();
        carve_out(inner, &around, diagnostics);
    }
}

fn carve_out(inner: &Grant<'_>, around: &[&Grant<'_>], diagnostics: &mut Diagnostics) {
    if !inner.rights.iter().all(|right| around.iter().any(|outer| outer.rights.contains(right))) {
        return;
    }
    // One that grants all of it, else all of them.
    let outer = around.iter().position(|outer| outer.has_all_of(inner)).map_or(around, |at| &around[at..=at]);
    let outer: Vec<_> = outer.iter().map(|outer| format!("`{}`", outer.text())).collect();
    let (outer, grants) = (outer.join(" and "), if outer.len() > 1 { "grant" } else { "grants" });
    let (inside, key, expression) = (inner.text(), inner.call.key.name, paths::as_expression(&inner.call.value));
    let made = paths::is_made(&inner.call.value);
    let why = if made { "to have it made" } else { "if it is a link that leads elsewhere" };
    diagnostics.error(
        &inner.literal,
        format!(
            "{outer} {grants} the same here already, and Landlock only adds: leave `{inside}` out; or, {why}, write an \
             expression, `{key} = {expression}`"
        ),
    );
}

/// A grant on a literal path.
struct Grant<'a> {
    call: &'a Call,
    rights: Vec<&'static str>,
    literal: syn::LitStr,
    /// Without what says nothing, so that equal paths are equal texts. That of `/` is empty.
    path: String,
}

impl Grant<'_> {
    /// None where the same text may be another object for another process.
    fn on_a_literal(call: &Call) -> Option<Grant<'_>> {
        let literal = paths::literal(&call.value)?;
        let path = paths::plain(&literal.value());
        let leads_elsewhere =
            ["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"].iter().any(|top| is_within(&path, top));
        (!leads_elsewhere).then(|| Grant { call, rights: call.key.rights(), literal, path })
    }

    /// Whether it is on a path above that of another grant; or on the same, with more rights.
    fn is_around(&self, inner: &Grant<'_>) -> bool {
        let is_more = || self.rights.len() > inner.rights.len() && self.has_all_of(inner);
        is_within(&inner.path, &self.path) && (inner.path != self.path || is_more())
    }

    fn has_all_of(&self, other: &Grant<'_>) -> bool {
        other.rights.iter().all(|right| self.rights.contains(right))
    }

    /// `read = "/etc"`, without wrappers.
    fn text(&self) -> String {
        format!("{} = {:?}", self.call.key.name, self.literal.value())
    }
}

/// Of paths as [`paths::plain`] writes them.
fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A grant of what everybody may do already. `refer` is not left to everybody with the rest of `fs`.
fn moot_grants(calls: &[Call], diagnostics: &mut Diagnostics) {
    let mut told = Vec::new();
    for (_, name) in names(calls, Kind::Unrestricted) {
        let Name::Feature { word, .. } = name else { continue };
        for call in calls.iter().filter(|call| call.key.feature == Some(word)) {
            let key = call.key.name;
            if key == "refer" || told.contains(&key) {
                continue;
            }
            told.push(key);
            diagnostics.error(
                &call.name,
                format!(
                    "`unrestricted = {word}` leaves this unrestricted, so `{key}` grants nothing: leave one of them out"
                ),
            );
        }
    }
}

/// `none` with something else, and what the policy itself leaves unrestricted.
fn requirements(calls: &[Call], diagnostics: &mut Diagnostics) {
    let required: Vec<_> = names(calls, Kind::Require).collect();
    let unrestricted: Vec<_> = names(calls, Kind::Unrestricted).map(|(_, name)| name).collect();
    let nothing = required.iter().find(|(_, name)| *name == Name::Nothing);
    if let Some((call, _)) = nothing.filter(|_| required.len() > 1) {
        diagnostics.error(&call.name, "`require = none` requires nothing: leave it or the rest of the list out");
    }
    for (call, name) in required.iter().filter(|(_, name)| unrestricted.contains(name)) {
        if let Name::Feature { word, .. } | Name::Right { word, .. } = name {
            let message =
                format!("`unrestricted = {word}` leaves out what `require = {word}` asks for: leave one of them out");
            diagnostics.error(&call.name, message);
        }
    }
}

/// A grant of rights that `abi` leaves out.
fn newer_than_the_ceiling(calls: &[Call], diagnostics: &mut Diagnostics) {
    let ceiling = calls.iter().filter(|call| call.key.kind == Kind::Abi).find_map(|call| match &call.value {
        Checked::Literal(literal) => syn::parse2::<syn::LitInt>(literal.clone()).ok()?.base10_parse::<u32>().ok(),
        _ => None,
    });
    let Some(ceiling) = ceiling else { return };
    let mut told = Vec::new();
    for call in calls.iter().filter(|call| call.key.since > ceiling) {
        let (key, since) = (call.key.name, call.key.since);
        if !told.contains(&key) {
            told.push(key);
            let message = format!(
                "`{key}` needs ABI {since}, which `abi = {ceiling}` leaves out: write `abi = {since}`, or leave `{key}` out"
            );
            diagnostics.error(&call.name, message);
        }
    }
}

fn names(calls: &[Call], kind: Kind) -> impl Iterator<Item = (&Call, Name)> {
    calls.iter().filter(move |call| call.key.kind == kind).filter_map(|call| match call.value {
        Checked::Name(name) => Some((call, name)),
        _ => None,
    })
}
