//! Values that are a number with a unit, in quotes: `"8 MiB"`, `"5 s"`.

use crate::diagnostics::Diagnostics;
use crate::keys::Key;
use crate::parse::{Value, tokens};

const SIZES: &[(&str, u64)] = &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
const DURATIONS: &[(&str, u64)] = &[("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000)];

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
        Some(syn::Lit::Str(text)) => read(&text.value(), what, units, example),
        Some(syn::Lit::Int(number)) => {
            let unit = units[0].0;
            Err(format!("a {what} has its unit: write `{name} = \"{number} {unit}\"`"))
        }
        _ => Err(format!("`{name}` is a {what}: write `{name} = {example}`")),
    };
    read.map_err(|message| diagnostics.error(value, message)).ok()
}

fn read(text: &str, what: &str, units: &[(&str, u64)], example: &str) -> Result<u64, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    let names: Vec<_> = units.iter().map(|(name, _)| *name).collect();
    let unit = units.iter().find(|(name, _)| *name == unit).map(|(_, unit)| *unit);
    let (Some(unit), false) = (unit, number.is_empty()) else {
        let names = crate::diagnostics::one_of(names.into_iter());
        return Err(format!("{text:?} is no {what}: a number and {names}, such as {example}"));
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)) {
        Some(0) => Err(format!("a {what} of nothing leaves nothing to run in: write {example}")),
        Some(quantity) => Ok(quantity),
        None => Err(format!("{text:?} is more than this machine can count")),
    }
}

fn text(value: &Value) -> String {
    tokens::text(&value.tokens)
}
