//! Whether the function can be sandboxed, where it then runs, and what it does if it cannot.

use super::options::{Isolate, Options};
use super::words::Name;
use super::{Call, Checked, OnError, Place};
use crate::diagnostics::Diagnostics;
use crate::parse::Function;

/// The stack of a fresh thread: that of a main thread, since `std` gives a thread a quarter of it.
const STACK: usize = 8 << 20;

pub(super) fn place(function: &Function, options: &Options, calls: &[Call], diagnostics: &mut Diagnostics) -> Place {
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
    let named =
        |wanted: &[Name]| calls.iter().find(|call| matches!(call.value, Checked::Name(name) if wanted.contains(&name)));
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
        refuse_stack(options, "the main thread has its stack already: leave `stack` out", diagnostics);
        return Place::Main;
    }
    if let Some(call) = named(&[Name::Threads]) {
        diagnostics.error(
            &call.name,
            "`require = threads` asks for the whole process, and here one thread is restricted: leave it out, or put the \
             attribute on `main`",
        );
    }
    if let Some(call) = named(&[Name::AllThreads, Name::NewThreads]) {
        diagnostics.error(
            &call.name,
            "`threads` is about the whole process, and here one thread is restricted: leave it out, or put the attribute on \
             `main`",
        );
    }
    match options.isolate.as_ref().map_or(Isolate::Thread, |(isolate, _)| *isolate) {
        Isolate::InPlace => {
            let message = "`isolate = in_place` starts no thread, so there is no stack to size: leave `stack` out";
            refuse_stack(options, message, diagnostics);
            Place::Caller
        }
        Isolate::Thread => {
            if let Some(attribute) = function.attributes.iter().find(|a| a.path().is_ident("track_caller")) {
                diagnostics.error(
                    attribute,
                    "`#[track_caller]` would report this attribute, because the call moves to a fresh thread: remove it, or \
                     write `isolate = in_place`",
                );
            }
            Place::Thread { stack: options.stack.as_ref().map_or(STACK, |(stack, _)| *stack) }
        }
    }
}

fn refuse_stack(options: &Options, message: &str, diagnostics: &mut Diagnostics) {
    if let Some((_, key)) = &options.stack {
        diagnostics.error(key, message);
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
