//! Values that are a number with a unit, in quotes: `"8 MiB"`, `"5 s"`.

use crate::diagnostics::{Diagnostics, one_of};
use crate::keys::Key;
use crate::parse::{Value, tokens};

// The first is what a number without one is taken to mean, where a message corrects it.
const SIZES: &[(&str, u64)] = &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
const DURATIONS: &[(&str, u64)] = &[("s", 1000), ("ms", 1), ("min", 60_000), ("h", 3_600_000)];

/// `"8 MiB"`, in bytes.
pub(super) fn size(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    let bytes = quantity(key, "size", SIZES, value, diagnostics)?;
    if usize::try_from(bytes).is_err() {
        diagnostics.error(value, format!("{value} is more than this machine can address", value = text(value)));
        return None;
    }
    Some(bytes)
}

/// `"5 s"`, in milliseconds.
pub(super) fn duration(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    quantity(key, "duration", DURATIONS, value, diagnostics)
}

fn quantity(key: &Key, what: &str, units: &[(&str, u64)], value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    let Key { name, example, .. } = key;
    let read = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Str(text)) => read(&text.value(), what, units, key),
        Some(syn::Lit::Int(number)) => {
            let number = number.base10_digits();
            Err(format!("a {what} has its unit: write `{name} = \"{number} {}\"`", units[0].0))
        }
        _ => Err(format!("`{name}` is a {what}: write `{name} = {example}`")),
    };
    read.map_err(|message| diagnostics.error(value, message)).ok()
}

fn read(text: &str, what: &str, units: &[(&str, u64)], key: &Key) -> Result<u64, String> {
    let Key { name, example, .. } = key;
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    let unit = units.iter().find(|(known, _)| *known == unit).map(|(_, unit)| *unit);
    let (Some(unit), false) = (unit, number.is_empty()) else {
        let units = one_of(units.iter().map(|(unit, _)| *unit));
        return Err(format!("{text:?} is no {what}, which is a number and {units}: write `{name} = {example}`"));
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)) {
        Some(0) => Err(format!("a {what} of 0 leaves nothing to run with: write `{name} = {example}`")),
        Some(quantity) => Ok(quantity),
        None => Err(format!("{text:?} is more than this machine can count")),
    }
}

fn text(value: &Value) -> String {
    tokens::text(&value.tokens)
}
