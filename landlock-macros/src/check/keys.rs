//! The keys: known, and given once. What is not known is explained.

use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::keys::{KEYS, Key};
use crate::parse::{Argument, Named, ParsedPolicy};
use crate::vocabulary::{Here, here, place};

/// The arguments whose key is known and comes for the first time.
pub(super) fn known(policy: ParsedPolicy, diagnostics: &mut Diagnostics) -> Vec<(&'static Key, Argument)> {
    let mut known: Vec<(&'static Key, Argument)> = Vec::new();
    let named = |argument: &Argument| match Key::named(&argument.key.to_string()) {
        Some(key) => Ok(Named { key, example: key.example, takes_a_list: key.kind.takes_a_list() }),
        None => Err(unknown(argument)),
    };
    for (key, argument) in policy.arguments(named, diagnostics) {
        match known.iter().find(|(first, _)| first.name == key.name) {
            Some((_, first)) => diagnostics.error(&argument.key, duplicate(key, first, &argument)),
            None => known.push((key, argument)),
        }
    }
    known
}

fn unknown(argument: &Argument) -> String {
    let name = argument.key.to_string();
    if let Some(place) = place(&name) {
        let whole = format!("{place}({})", argument.value());
        return match argument.has_equals() {
            true => format!("unknown key `{name}`: did you mean `isolate = {place}`?"),
            false if name == place && !argument.values.is_empty() => {
                format!("a value needs its key: write `isolate = {whole}`")
            }
            false => format!("a value needs its key: write `isolate = {place}`"),
        };
    }
    match here(&name) {
        Some(Here::Nothing(why)) => format!("`{name}` is no key: {why}"),
        Some(Here::Arguments(arguments)) => format!("unknown key `{name}`: did you mean `{arguments}`?"),
        Some(Here::Keys(keys)) => {
            let arguments: Vec<_> = keys.iter().map(|key| meant(key, argument)).collect();
            format!("unknown key `{name}`: did you mean `{}`?", arguments.join(", "))
        }
        None => match nearest(&name, KEYS.iter().map(|key| key.name)) {
            Some(near) => format!("unknown key `{name}`: did you mean `{}`?", meant(near, argument)),
            None => format!("unknown key `{name}`: expected one of {}", one_of(KEYS.iter().map(|key| key.name))),
        },
    }
}

/// This key with the value of that argument, or with another if this key takes no such value.
fn meant(key: &str, argument: &Argument) -> String {
    let Some(known) = Key::named(key) else { return format!("{key} = …") };
    if super::accepts(known, argument) {
        return format!("{key} = {}", argument.value());
    }
    format!("{key} = {}", known.example)
}

fn duplicate(key: &Key, first: &Argument, second: &Argument) -> String {
    let name = key.name;
    let before = first.value();
    if !key.kind.takes_a_list() {
        return format!("`{name}` is given twice: `{name} = {before}` stands before it: leave one of them out");
    }
    let values = [first.values_text(), second.values_text()].join(", ");
    format!("`{name}` is given twice, first as `{name} = {before}`: write one list, `{name} = [{values}]`")
}
