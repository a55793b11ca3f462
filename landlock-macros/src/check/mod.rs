//! What the user wrote in; what may be emitted out. Only this stage can make a [`Policy`] or a [`Sandbox`], and the emitter
//! takes nothing else: every mistake that can be seen before the program runs is found here.

mod conflicts;
mod isolate;
mod kept;
mod keys;
mod options;
mod paths;
mod place;
mod ports;
mod process;
mod quantity;
mod returned;
mod settings;
mod words;

pub(crate) use isolate::{Needed, Reuse};
pub(crate) use words::Name;

use crate::diagnostics::Diagnostics;
use crate::keys::{Key, Kind};
use crate::parse::{Argument, Function, ParsedPolicy};
use options::Options;
use proc_macro2::{Ident, TokenStream};

/// A checked policy.
#[derive(Default)]
pub(crate) struct Policy {
    pub(crate) calls: Vec<Call>,
    /// Where the runtime is, if the user says so.
    pub(crate) runtime: Option<TokenStream>,
    /// Made here and nowhere else.
    _checked: (),
}

/// A checked attribute on a checked function.
pub(crate) struct Sandbox {
    pub(crate) policy: Policy,
    pub(crate) place: Place,
    /// What the place needs of the runtime.
    pub(crate) needed: Option<Needed>,
    pub(crate) on_error: OnError,
    pub(crate) function: Function,
}

/// One call of the builder.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) key: &'static Key,
    /// The key as it was written.
    pub(crate) name: Ident,
    pub(crate) method: &'static str,
    pub(crate) value: Checked,
}

/// A value that may be emitted.
#[derive(Debug)]
pub(crate) enum Checked {
    /// A literal, as it stands.
    Literal(TokenStream),
    /// A literal path that means itself.
    Path(TokenStream),
    /// A literal path with `~/` or variables.
    Template(TokenStream),
    /// An expression of one path or of one policy. Rust judges its type.
    Borrowed(TokenStream),
    /// An expression of one port, or a range. Rust judges its type.
    Copied(TokenStream),
    /// `..expr`: every value of an iterable.
    Spread(TokenStream),
    /// `optional(…)` and its like.
    Wrapped { wrapper: &'static str, inner: Box<Checked> },
    /// A name of the runtime's: `Feature::Fs`, `Require::Abi(6)`.
    Name(Name),
}

/// Where the policy is enforced.
#[derive(Debug)]
pub(crate) enum Place {
    /// The whole process.
    Main,
    /// A fresh thread for the call.
    Thread { stack: u64 },
    /// The calling thread.
    Caller,
    /// One of some threads that stay restricted.
    Pool { workers: Option<u32>, stack: u64 },
    /// A child process, fresh or used again.
    Process { reuse: Option<Reuse>, limits: Limits },
}

/// What a call in a process may use.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) stack: Option<u64>,
    /// In milliseconds.
    pub(crate) timeout: Option<u64>,
    pub(crate) memory: Option<u64>,
}

/// What happens where it cannot be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnError {
    Return,
    Panic,
    Exit(u8),
}

/// `#[sandbox(…)]` on a function.
pub(crate) fn sandbox(
    parsed: ParsedPolicy,
    function: Option<Function>,
    diagnostics: &mut Diagnostics,
) -> Option<Sandbox> {
    let mut options = Options::default();
    let policy = values(parsed, Some(&mut options), diagnostics);
    let function = function?;
    let place = place::place(&function, &options, &policy.calls, diagnostics);
    let on_error = place::on_error(&function, &options, diagnostics);
    Some(Sandbox { policy, place: place?, needed: options.needed, on_error, function })
}

/// `policy!(…)`.
pub(crate) fn policy(parsed: ParsedPolicy, diagnostics: &mut Diagnostics) -> Policy {
    values(parsed, None, diagnostics)
}

/// Every key looked up, every value checked, and each against the others. Without `options` there is no function that they
/// would be for.
fn values(parsed: ParsedPolicy, mut options: Option<&mut Options>, diagnostics: &mut Diagnostics) -> Policy {
    let mut policy = Policy::default();
    let arguments = keys::known(parsed, diagnostics);
    if let Some(options) = &mut options {
        options.lacks_isolate = diagnostics.are_any();
    }
    for (key, argument) in arguments {
        value(key, &argument, &mut policy, options.as_deref_mut(), diagnostics);
    }
    conflicts::check(&policy.calls, diagnostics);
    policy
}

fn value(
    key: &'static Key,
    argument: &Argument,
    policy: &mut Policy,
    options: Option<&mut Options>,
    diagnostics: &mut Diagnostics,
) {
    match key.kind {
        Kind::Isolate | Kind::Stack | Kind::Timeout | Kind::Memory | Kind::OnError => match options {
            Some(options) => options.set(key, argument, diagnostics),
            None => options::refuse(argument, diagnostics),
        },
        Kind::Crate => policy.runtime = settings::runtime(key, argument, diagnostics),
        Kind::Abi | Kind::Threads | Kind::NoNewPrivs | Kind::Log | Kind::Quiet => {
            policy.calls.extend(settings::calls(key, argument, diagnostics));
        }
        Kind::Paths | Kind::Ports | Kind::Policies | Kind::Unrestricted | Kind::Require => {
            for value in &argument.values {
                let checked = match key.kind {
                    Kind::Paths => paths::path(key.name, value, diagnostics),
                    Kind::Ports => ports::port(key.name, value, diagnostics),
                    Kind::Policies => paths::policy(value, diagnostics),
                    Kind::Unrestricted => words::unrestricted(value, diagnostics),
                    _ => words::require(value, diagnostics),
                };
                let call = |value| Call { key, name: argument.key.clone(), method: key.name, value };
                policy.calls.extend(checked.map(call));
            }
        }
    }
}

/// Whether this key would take the value of that argument: only then does a message offer it.
fn accepts(key: &'static Key, argument: &Argument) -> bool {
    let (mut policy, mut options, mut trial) = (Policy::default(), Options::default(), Diagnostics::new());
    value(key, argument, &mut policy, Some(&mut options), &mut trial);
    trial.were_none() && !argument.values.is_empty()
}
