//! Whether the function can be sandboxed, where it then runs, and what it does if it cannot.

use super::isolate::Isolate;
use super::options::Options;
use super::quantity::{LEAST_MEMORY, in_words};
use super::words::Name;
use super::{Call, Checked, Limits, OnError, Place, kept, process, returned};
use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use proc_macro2::Ident;

/// The stack of a fresh thread: that of a main thread, since `std` gives a thread a quarter of it.
const STACK: u64 = 8 << 20;

/// None, if what `isolate` says is not known: then nothing can be said about what depends on it.
pub(super) fn place(
    function: &Function,
    options: &Options,
    calls: &[Call],
    diagnostics: &mut Diagnostics,
) -> Option<Place> {
    if let Some(token) = function.qualifier("const") {
        let message = "a `const fn` may run in the compiler, where nothing can be restricted: remove `const`";
        diagnostics.error(token, message);
    }
    if let Some(token) = function.qualifier("async").filter(|_| function.executor().is_none()) {
        diagnostics.error(
            token,
            "an `async fn` runs later, piecemeal, on any thread of its executor, so there is none to restrict: put \
             `#[sandbox]` on the plain function that does the work, or on `main`, above `#[tokio::main]` and its like",
        );
    }
    if let Some(second) =
        function.attributes.iter().find(|a| a.path().segments.last().is_some_and(|s| s.ident == "sandbox"))
    {
        diagnostics
            .error(second, "one attribute holds the whole policy of a function: write the keys of this one there, too");
    }
    if function.is_main() {
        if let Some((_, key)) = &options.isolate {
            diagnostics.error(key, "on `main` the whole process is restricted: leave `isolate` out");
        }
        refuse(options.stack.as_ref(), "the main thread has its stack already: leave `stack` out", diagnostics);
        let limits = "only a call in a process has limits, and `main` is none: leave it out";
        refuse(options.timeout.as_ref(), limits, diagnostics);
        refuse(options.memory.as_ref(), limits, diagnostics);
        return Some(Place::Main);
    }
    let isolate = match &options.isolate {
        Some((isolate, _)) => *isolate,
        None if options.lacks_isolate => return None,
        None => Isolate::Thread,
    };
    refuse_other_threads(isolate, calls, diagnostics);
    if !matches!(isolate, Isolate::Process { .. }) {
        let way_out = "write `isolate = process`, or leave it out";
        refuse(options.timeout.as_ref(), &format!("only a process can be stopped: {way_out}"), diagnostics);
        refuse(options.memory.as_ref(), &format!("only a process has memory of its own: {way_out}"), diagnostics);
    }
    refuse_track_caller(isolate, function, diagnostics);
    kept::refuse_what_a_call_decides(isolate, function, calls, diagnostics);
    let stack = options.stack.as_ref().map(|(stack, _)| *stack);
    let acts_before_it_returns = isolate == Isolate::InPlace || returned::refuse_what_acts_later(function, diagnostics);
    if matches!(isolate, Isolate::Thread | Isolate::Pool { .. }) {
        returned::refuse_error_that_stays(function, diagnostics);
    }
    Some(match isolate {
        Isolate::InPlace => {
            let message = "`isolate = in_place` starts no thread, so there is no stack to size: leave `stack` out";
            refuse(options.stack.as_ref(), message, diagnostics);
            Place::Caller
        }
        Isolate::Thread => Place::Thread { stack: stack.unwrap_or(STACK) },
        Isolate::Pool { workers } => Place::Pool { workers, stack: stack.unwrap_or(STACK) },
        Isolate::Process { reuse } => {
            process::refuse_what_cannot_cross(function, diagnostics);
            process::refuse_what_is_the_parents(calls, diagnostics);
            if acts_before_it_returns {
                process::refuse_impl(function, diagnostics);
            }
            refuse_memory_without_room(options, diagnostics);
            let limit = |limit: Option<&(u64, Ident)>| limit.map(|(limit, _)| *limit);
            let limits =
                Limits { stack, timeout: limit(options.timeout.as_ref()), memory: limit(options.memory.as_ref()) };
            Place::Process { reuse, limits }
        }
    })
}

fn refuse(key: Option<&(u64, Ident)>, message: &str, diagnostics: &mut Diagnostics) {
    if let Some((_, key)) = key {
        diagnostics.error(key, message);
    }
}

/// The stack that is asked for is memory of the process, too.
fn refuse_memory_without_room(options: &Options, diagnostics: &mut Diagnostics) {
    let (Some((memory, key)), Some((stack, _))) = (&options.memory, &options.stack) else { return };
    let least = stack.saturating_add(LEAST_MEMORY).div_ceil(LEAST_MEMORY).saturating_mul(LEAST_MEMORY);
    if *memory < least {
        let (stack, least) = (in_words(*stack), in_words(least));
        let message = format!("the stack of {stack} is part of the memory: write at least `memory = {least:?}`");
        diagnostics.error(key, message);
    }
}

/// `threads` and `require = threads` are about a process that runs already.
fn refuse_other_threads(isolate: Isolate, calls: &[Call], diagnostics: &mut Diagnostics) {
    let here = match isolate {
        Isolate::Thread | Isolate::InPlace => "here one thread is restricted",
        Isolate::Pool { .. } => "here the threads of a pool are restricted",
        Isolate::Process { .. } => "here a process of its own is restricted, while it has one thread",
    };
    for call in calls {
        let what = match call.value {
            Checked::Name(Name::Threads) => "`require = threads` asks for all threads of this process",
            Checked::Name(Name::AllThreads | Name::NewThreads) => "`threads` is about all threads of this process",
            _ => continue,
        };
        let message = format!("{what}, and {here}: leave it out, or put the attribute on `main`");
        diagnostics.error(&call.name, message);
    }
}

fn refuse_track_caller(isolate: Isolate, function: &Function, diagnostics: &mut Diagnostics) {
    let to = match isolate {
        Isolate::InPlace => return,
        Isolate::Thread => "a fresh thread",
        Isolate::Pool { .. } => "another thread",
        Isolate::Process { .. } => "another process",
    };
    if let Some(attribute) = function.attributes.iter().find(|a| a.path().is_ident("track_caller")) {
        diagnostics.error(
            attribute,
            format!(
                "`#[track_caller]` would report this attribute, because the call moves to {to}: remove `#[track_caller]`"
            ),
        );
    }
}

pub(super) fn on_error(function: &Function, options: &Options, diagnostics: &mut Diagnostics) -> OnError {
    match &options.on_error {
        Some((OnError::Return, value)) if function.output.is_empty() => {
            diagnostics.error(
                value,
                "this function returns nothing, so there is no error to return: write `on_error = panic` or \
                 `on_error = exit(1)`",
            );
            OnError::Panic
        }
        Some((on_error, _)) => *on_error,
        None if function.is_main() => OnError::Exit(1),
        None if function.returns_result() => OnError::Return,
        None => OnError::Panic,
    }
}
