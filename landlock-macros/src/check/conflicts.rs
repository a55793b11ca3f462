//! Values that are good each by itself, and contradict each other.

use super::words::Name;
use super::{Checked, Grant, paths};
use crate::diagnostics::Diagnostics;
use crate::keys::Kind;
use std::path::Path;

pub(super) fn check(grants: &[Grant], diagnostics: &mut Diagnostics) {
    carve_outs(grants, diagnostics);
    moot_grants(grants, diagnostics);
    requirements(grants, diagnostics);
}

/// A smaller grant inside a larger one takes nothing away.
fn carve_outs(grants: &[Grant], diagnostics: &mut Diagnostics) {
    let literals = |keys: &'static [&str]| {
        let of_these = grants.iter().filter(|grant| keys.contains(&grant.key.name));
        of_these.filter_map(|grant| paths::literal(&grant.value).map(|literal| (grant.key.name, literal)))
    };
    for (key, literal) in literals(&["read", "write"]) {
        let inner = literal.value();
        let around = literals(&["read_write"]).map(|(_, outer)| outer.value());
        if let Some(outer) = around.into_iter().find(|outer| Path::new(&inner).starts_with(outer)) {
            diagnostics.error(
                literal,
                format!(
                    "`read_write = {outer:?}` grants reading and writing here too, and Landlock only adds: leave \
                     `{key} = {inner:?}` out; or, if it is a link that leads elsewhere, write it as an expression, \
                     `{key} = std::path::Path::new({inner:?})`"
                ),
            );
        }
    }
}

/// A grant of what everybody may do already.
fn moot_grants(grants: &[Grant], diagnostics: &mut Diagnostics) {
    let mut told = Vec::new();
    for (_, name) in names(grants, Kind::Unrestricted) {
        let Name::Feature { word, .. } = name else { continue };
        for grant in grants.iter().filter(|grant| grant.key.feature == Some(word)) {
            let key = grant.key.name;
            if told.contains(&key) {
                continue;
            }
            told.push(key);
            diagnostics.error(
                &grant.name,
                format!(
                    "`unrestricted = {word}` leaves this to everybody, so `{key}` grants nothing: leave one of them out"
                ),
            );
        }
    }
}

/// `none` with something else, and what the policy itself leaves unrestricted.
fn requirements(grants: &[Grant], diagnostics: &mut Diagnostics) {
    let required: Vec<_> = names(grants, Kind::Require).collect();
    let unrestricted: Vec<_> = names(grants, Kind::Unrestricted).map(|(_, name)| name).collect();
    let nothing = required.iter().find(|(_, name)| *name == Name::Nothing);
    if let Some((grant, _)) = nothing.filter(|_| required.len() > 1) {
        diagnostics.error(&grant.name, "`require = none` requires nothing: leave it or the rest of the list out");
    }
    for (grant, name) in required.iter().filter(|(_, name)| unrestricted.contains(name)) {
        if let Name::Feature { word, .. } | Name::Right { word, .. } = name {
            let message =
                format!("`unrestricted = {word}` leaves out what `require = {word}` asks for: leave one of them out");
            diagnostics.error(&grant.name, message);
        }
    }
}

fn names(grants: &[Grant], kind: Kind) -> impl Iterator<Item = (&Grant, Name)> {
    grants.iter().filter(move |grant| grant.key.kind == kind).filter_map(|grant| match grant.value {
        Checked::Name(name) => Some((grant, name)),
        _ => None,
    })
}
