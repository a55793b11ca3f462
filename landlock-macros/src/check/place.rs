//! Whether the function can be sandboxed, where it then runs, and what it does if it cannot.

use super::isolate::Isolate;
use super::options::Options;
use super::words::Name;
use super::{Call, Checked, Limits, OnError, Place};
use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use proc_macro2::{Ident, TokenStream, TokenTree};

/// The stack of a fresh thread: that of a main thread, since `std` gives a thread a quarter of it.
const STACK: u64 = 8 << 20;

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
        refuse(options.stack.as_ref(), "the main thread has its stack already: leave `stack` out", diagnostics);
        refuse_limits(options, diagnostics);
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
    let isolate = options.isolate.as_ref().map_or(Isolate::Thread, |(isolate, _)| *isolate);
    if !matches!(isolate, Isolate::Process { .. }) {
        refuse_limits(options, diagnostics);
    }
    if isolate != Isolate::InPlace {
        refuse_track_caller(function, diagnostics);
    }
    let stack = options.stack.as_ref().map(|(stack, _)| *stack);
    match isolate {
        Isolate::InPlace => {
            let message = "`isolate = in_place` starts no thread, so there is no stack to size: leave `stack` out";
            refuse(options.stack.as_ref(), message, diagnostics);
            Place::Caller
        }
        Isolate::Thread => Place::Thread { stack: stack.unwrap_or(STACK) },
        Isolate::Pool { workers } => Place::Pool { workers, stack: stack.unwrap_or(STACK) },
        Isolate::Process { reuse } => {
            refuse_what_cannot_cross(function, diagnostics);
            let limit = |limit: Option<&(u64, Ident)>| limit.map(|(limit, _)| *limit);
            let limits =
                Limits { stack, timeout: limit(options.timeout.as_ref()), memory: limit(options.memory.as_ref()) };
            Place::Process { reuse, limits }
        }
    }
}

fn refuse(key: Option<&(u64, Ident)>, message: &str, diagnostics: &mut Diagnostics) {
    if let Some((_, key)) = key {
        diagnostics.error(key, message);
    }
}

/// A thread shares its memory with all others, and cannot be stopped from outside.
fn refuse_limits(options: &Options, diagnostics: &mut Diagnostics) {
    refuse(
        options.timeout.as_ref(),
        "only a process can be stopped: write `isolate = process`, or leave `timeout` out",
        diagnostics,
    );
    refuse(
        options.memory.as_ref(),
        "only a process has memory of its own: write `isolate = process`, or leave `memory` out",
        diagnostics,
    );
}

fn refuse_track_caller(function: &Function, diagnostics: &mut Diagnostics) {
    if let Some(attribute) = function.attributes.iter().find(|a| a.path().is_ident("track_caller")) {
        diagnostics.error(
            attribute,
            "`#[track_caller]` would report this attribute, because the call moves to a fresh thread: remove it, or \
             write `isolate = in_place`",
        );
    }
}

/// Arguments and value of a call in a process are copies.
fn refuse_what_cannot_cross(function: &Function, diagnostics: &mut Diagnostics) {
    for parameter in &function.parameters {
        let tokens =
            if parameter.receiver().is_some() && parameter.ty.is_empty() { &parameter.pattern } else { &parameter.ty };
        if let Some(word) = borrowed_mutably(tokens) {
            diagnostics.error(
                word,
                "a process gets copies, so what it writes through `&mut` would be lost: take the value, and return it",
            );
        }
    }
    let by_name = |pattern: &[TokenTree]| match pattern {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Ident(word), TokenTree::Ident(_)] => word == "mut",
        _ => false,
    };
    for parameter in function.parameters.iter().filter(|_| function.is_method()) {
        if parameter.receiver().is_none() && !by_name(&parameter.pattern) {
            let pattern: TokenStream = parameter.pattern.iter().cloned().collect();
            diagnostics.error(
                pattern,
                "the process calls this method again, with its arguments by name: write a name, and take it apart in the body",
            );
        }
    }
    if function.returns_impl() {
        let output: TokenStream = function.output.iter().cloned().collect();
        diagnostics.error(output, "a value comes back from a process as bytes: write the type that it has");
    }
}

/// The `mut` of `&mut T` and of `&'a mut T`.
fn borrowed_mutably(tokens: &[TokenTree]) -> Option<&TokenTree> {
    let is_mut = |token: &&TokenTree| matches!(token, TokenTree::Ident(word) if word == "mut");
    match tokens {
        [TokenTree::Punct(and), rest @ ..] if and.as_char() == '&' => match rest {
            [TokenTree::Punct(quote), _, rest @ ..] if quote.as_char() == '\'' => rest.first().filter(is_mut),
            rest => rest.first().filter(is_mut),
        },
        _ => None,
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
