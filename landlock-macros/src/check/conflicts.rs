//! Values that are good each by itself, and contradict each other.

use super::words::Name;
use super::{Call, Checked, paths};
use crate::diagnostics::Diagnostics;
use crate::keys::Kind;
use std::path::Path;

pub(super) fn check(calls: &[Call], diagnostics: &mut Diagnostics) {
    carve_outs(calls, diagnostics);
    moot_grants(calls, diagnostics);
    requirements(calls, diagnostics);
    newer_than_the_ceiling(calls, diagnostics);
}

/// A smaller grant inside a larger one takes nothing away.
fn carve_outs(calls: &[Call], diagnostics: &mut Diagnostics) {
    let literals = |keys: &'static [&str]| {
        let of_these = calls.iter().filter(|call| keys.contains(&call.key.name));
        of_these.filter_map(|call| paths::literal(&call.value).map(|literal| (call.key.name, literal)))
    };
    for (key, literal) in literals(&["read", "write"]) {
        let inner = literal.value();
        let around = literals(&["read_write"]).map(|(_, outer)| outer.value());
        if let Some(outer) = around.into_iter().find(|outer| Path::new(&inner).starts_with(outer)) {
            let expression =
                if paths::is_template(&inner) { "landlock_runtime::expand" } else { "std::path::Path::new" };
            diagnostics.error(
                literal,
                format!(
                    "`read_write = {outer:?}` grants reading and writing here too, and Landlock only adds: leave \
                     `{key} = {inner:?}` out; or, if it is a link that leads elsewhere, write it as an expression, \
                     `{key} = {expression}({inner:?})`"
                ),
            );
        }
    }
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
                    "`unrestricted = {word}` leaves this to everybody, so `{key}` grants nothing: leave one of them out"
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
