//! Values that are a number with a unit, in quotes: `"8 MiB"`, `"5 s"`.

use crate::diagnostics::{Diagnostics, one_of};
use crate::keys::{Key, Kind};
use crate::parse::{Value, tokens};

/// Units of one kind of quantity.
struct Units {
    what: &'static str,
    known: &'static [(&'static str, u64)],
    /// How other spellings of them begin, in lower case.
    others: &'static [(&'static str, &'static str)],
    /// What a number without a unit is most likely to mean.
    without: fn(u64) -> String,
}

static SIZES: Units = Units {
    what: "size",
    known: &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)],
    others: &[("b", "B"), ("k", "KiB"), ("m", "MiB"), ("g", "GiB")],
    // Nobody means a few bytes.
    without: |number| if number < 4096 { format!("{number} MiB") } else { in_words(number) },
};

static DURATIONS: Units = Units {
    what: "duration",
    known: &[("s", 1000), ("ms", 1), ("min", 60_000), ("h", 3_600_000)],
    others: &[("ms", "ms"), ("milli", "ms"), ("m", "min"), ("s", "s"), ("h", "h")],
    without: |number| format!("{number} s"),
};

/// The least that is of use. Of a stack of 16 KiB, which is what the system gives at least, enforcing a policy and telling of an
/// error leave little to a body; and below a megabyte the data of the program itself do not fit.
const LEAST_STACK: u64 = 64 << 10;
pub(super) const LEAST_MEMORY: u64 = 1 << 20;

/// `"8 MiB"`, in bytes.
pub(super) fn size(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    let bytes = quantity(key, &SIZES, value, diagnostics)?;
    let least = if key.kind == Kind::Stack { LEAST_STACK } else { LEAST_MEMORY };
    let Key { name, example, .. } = key;
    let message = if bytes < least {
        format!(
            "no call can run with so little: `{name}` is at least {:?}, such as `{name} = {example}`",
            in_words(least)
        )
    } else if usize::try_from(bytes).is_err() {
        format!("{} is more than this machine can address", tokens::text(&value.tokens))
    } else {
        return Some(bytes);
    };
    diagnostics.error(value, message);
    None
}

/// `"5 s"`, in milliseconds.
pub(super) fn duration(key: &Key, value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    quantity(key, &DURATIONS, value, diagnostics)
}

fn quantity(key: &Key, units: &Units, value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    let (Key { name, example, .. }, Units { what, .. }) = (key, units);
    let read = match tokens::as_literal(&value.tokens) {
        Some(syn::Lit::Str(text)) => read(&text.value(), units, key),
        Some(syn::Lit::Int(number)) => {
            let number = number
                .base10_parse()
                .map_or_else(|_| (*example).to_owned(), |number| format!("{:?}", (units.without)(number)));
            Err(format!("a {what} has its unit: write `{name} = {number}`"))
        }
        _ => Err(format!("`{name}` is a {what} in quotes: write `{name} = {example}`")),
    };
    read.map_err(|message| diagnostics.error(value, message)).ok()
}

fn read(text: &str, units: &Units, key: &Key) -> Result<u64, String> {
    let (Key { name, example, .. }, Units { what, known, others, .. }) = (key, units);
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, written) = (&text[..split], text[split..].trim());
    let unit = known.iter().find(|(known, _)| *known == written).map(|(_, unit)| *unit);
    let (Some(unit), false) = (unit, number.is_empty()) else {
        let spelled = written.to_lowercase();
        let meant =
            others.iter().find(|(other, _)| spelled.starts_with(other)).map(|(_, unit)| format!("{number} {unit}"));
        let meant = match number.parse::<u64>() {
            Ok(number) if written.is_empty() => Some((units.without)(number)),
            number => meant.filter(|_| number.is_ok()),
        };
        let example = meant.map_or_else(|| (*example).to_owned(), |meant| format!("{meant:?}"));
        let units = one_of(known.iter().map(|(unit, _)| *unit));
        return Err(format!("{text:?} is no {what}, which is a number and {units}: write `{name} = {example}`"));
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)) {
        Some(0) => Err(format!("a {what} of 0 leaves nothing to run with: write `{name} = {example}`")),
        Some(quantity) => Ok(quantity),
        None => Err(format!("{text:?} is more than this machine can count")),
    }
}

/// A size in the largest unit in which it is a whole number.
pub(super) fn in_words(bytes: u64) -> String {
    let whole = SIZES.known.iter().rev().find(|(_, unit)| bytes / unit * unit == bytes);
    whole.map_or_else(|| format!("{bytes} B"), |(name, unit)| format!("{} {name}", bytes / unit))
}
