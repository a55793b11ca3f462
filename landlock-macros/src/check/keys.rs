//! The keys: known, and given once. What is not known is explained.

use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::keys::{KEYS, Key};
use crate::parse::{Argument, ParsedPolicy, tokens};
use crate::vocabulary::{OTHER_NAMES, place};
use proc_macro2::Ident;

/// The arguments whose key is known and comes for the first time.
pub(super) fn known(policy: ParsedPolicy, diagnostics: &mut Diagnostics) -> Vec<(&'static Key, Argument)> {
    let mut known: Vec<(&'static Key, Argument)> = Vec::new();
    for argument in policy.arguments {
        let Some(key) = Key::named(&argument.key.to_string()) else {
            diagnostics.error(&argument.key, unknown(&argument.key));
            continue;
        };
        match known.iter().find(|(first, _)| first.name == key.name) {
            Some((_, first)) => diagnostics.error(&argument.key, duplicate(key, first, &argument)),
            None => known.push((key, argument)),
        }
    }
    known
}

fn unknown(key: &Ident) -> String {
    let name = key.to_string();
    if ["deny", "forbid", "block", "except", "exclude"].iter().any(|word| name.contains(word)) {
        return format!("`{name}`: Landlock only allows, and what no key grants is denied: leave it out");
    }
    if ["host", "ip", "addr", "address", "domain"].contains(&name.as_str()) {
        return format!("`{name}`: Landlock has no host rules, only ports: write `net_connect = 443`");
    }
    if let Some(place) = place(&name) {
        return format!("unknown key `{name}`: did you mean `isolate = {place}`?");
    }
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, ours)| *ours);
    match other.or_else(|| nearest(&name, KEYS.iter().map(|key| key.name))) {
        Some(near) => {
            let example = Key::named(near).map_or("…", |key| key.example);
            format!("unknown key `{name}`: did you mean `{near} = {example}`?")
        }
        None => format!("unknown key `{name}`: expected one of {}", one_of(KEYS.iter().map(|key| key.name))),
    }
}

fn duplicate(key: &Key, first: &Argument, second: &Argument) -> String {
    let name = key.name;
    let values = |argument: &Argument| {
        argument.values.iter().map(|value| tokens::text(&value.tokens)).collect::<Vec<_>>().join(", ")
    };
    if !key.kind.takes_a_list() {
        return format!(
            "`{name}` is given twice: `{name} = {}` stands before it: leave one of them out",
            values(first)
        );
    }
    format!(
        "`{name}` is given twice, first as `{name} = {}`: write one list, `{name} = [{}, {}]`",
        values(first),
        values(first),
        values(second)
    )
}
