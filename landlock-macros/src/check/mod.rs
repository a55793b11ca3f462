//! What the user wrote in; what may be emitted out. Only this stage can make a [`Sandbox`], and the emitter takes nothing
//! else: every mistake that can be seen before the program runs is found here.

mod conflicts;
mod options;
mod paths;
mod place;
mod ports;
mod words;

pub(crate) use words::Name;

use crate::diagnostics::{Diagnostics, nearest, one_of};
use crate::keys::{KEYS, Key, Kind, OTHER_NAMES};
use crate::parse::{Argument, Function, ParsedPolicy, tokens};
use proc_macro2::{Ident, TokenStream};

/// A checked attribute on a checked function.
pub(crate) struct Sandbox {
    pub(crate) grants: Vec<Grant>,
    pub(crate) place: Place,
    pub(crate) on_error: OnError,
    pub(crate) function: Function,
    /// Made here and nowhere else.
    _checked: (),
}

/// One call of the builder.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) key: &'static Key,
    /// The key as it was written.
    pub(crate) name: Ident,
    pub(crate) value: Checked,
}

/// A value that may be emitted.
#[derive(Debug)]
pub(crate) enum Checked {
    /// A literal, as it stands.
    Literal(TokenStream),
    /// An expression of one value. Rust judges its type.
    Expression(TokenStream),
    /// `..expr`: every value of an iterable.
    Spread(TokenStream),
    /// `optional(…)` of one of the first two.
    Optional(Box<Checked>),
    /// A name of the runtime's: `Feature::Fs`, `Require::Abi(6)`.
    Name(Name),
}

/// Where the policy is enforced.
#[derive(Debug)]
pub(crate) enum Place {
    /// The whole process.
    Main,
    /// A fresh thread for the call.
    Thread { stack: usize },
    /// The calling thread.
    Caller,
}

/// What happens where it cannot be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnError {
    Return,
    Panic,
    Exit(u8),
}

pub(crate) fn check(
    policy: ParsedPolicy,
    function: Option<Function>,
    diagnostics: &mut Diagnostics,
) -> Option<Sandbox> {
    let mut grants = Vec::new();
    let mut options = options::Options::default();
    for (key, argument) in known(policy, diagnostics) {
        if matches!(key.kind, Kind::Isolate | Kind::Stack | Kind::OnError) {
            options.set(key, &argument, diagnostics);
            continue;
        }
        for value in &argument.values {
            let checked = match key.kind {
                Kind::Paths => paths::path(key, value, diagnostics),
                Kind::Ports => ports::port(key, value, diagnostics),
                Kind::Policies => paths::policy(value, diagnostics),
                Kind::Unrestricted => words::unrestricted(value, diagnostics),
                _ => words::require(value, diagnostics),
            };
            grants.extend(checked.map(|value| Grant { key, name: argument.key.clone(), value }));
        }
    }
    conflicts::check(&grants, diagnostics);
    let function = function?;
    let place = place::place(&function, &options, &grants, diagnostics);
    let on_error = place::on_error(&function, &options, diagnostics);
    Some(Sandbox { grants, place, on_error, function, _checked: () })
}

/// The arguments whose key is known and comes for the first time.
fn known(policy: ParsedPolicy, diagnostics: &mut Diagnostics) -> Vec<(&'static Key, Argument)> {
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
    match key.kind {
        Kind::Isolate | Kind::Stack | Kind::OnError => {
            format!("`{name}` is given twice: `{name} = {}` stands before it", values(first))
        }
        _ => format!(
            "`{name}` is given twice, first as `{name} = {}`: write one list, `{name} = [{}, {}]`",
            values(first),
            values(first),
            values(second)
        ),
    }
}
