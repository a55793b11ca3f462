//! The function, with its policy enforced in front of the body or around it.

use super::parameters::{Moved, Words, as_written};
use super::runtime::{Runtime, hygienic};
use super::{policy, process};
use crate::check::{OnError, Place, Sandbox};
use crate::parse::Function;
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Attribute, Lifetime};

pub(super) fn function(sandbox: &Sandbox) -> TokenStream {
    let function = &sandbox.function;
    match sandbox.place {
        Place::Main if function.executor().is_some() => async_main(sandbox),
        Place::Main => in_front(sandbox, "restrict_main"),
        Place::Caller => in_front(sandbox, "restrict_in_place"),
        Place::Thread { stack } => {
            let (runtime, policy) = (runtime(sandbox), policy::policy(&sandbox.policy));
            let (run, site) = (runtime.private("run_on_thread"), runtime.private("site"));
            let stack = Literal::u64_unsuffixed(stack);
            on_thread(sandbox, None, &|body| quote_spanned!(hygienic()=> #run(#site!(), #policy, #stack, #body)))
        }
        Place::Pool { workers, stack } => {
            let site = runtime(sandbox).private("site");
            let numbers = [("workers", workers.map(u64::from)), ("stack", Some(stack))];
            let policy::Kept { name, item } = policy::kept(&sandbox.policy, "Pool", &numbers);
            on_thread(sandbox, Some(&item), &|body| quote_spanned!(hygienic()=> #name.run(#site!(), #body)))
        }
        Place::Process { reuse, limits } => process::function(sandbox, reuse, limits),
    }
}

/// The function with other attributes and another body.
pub(super) fn plain<'a>(
    function: &'a Function,
    attributes: impl IntoIterator<Item = &'a Attribute>,
    statements: TokenStream,
) -> TokenStream {
    let parameters: Vec<_> = function.parameters.iter().map(as_written).collect();
    signature(function, attributes, &function.qualifiers, &parameters, statements)
}

/// All but the statements stands where the user wrote it, also `fn`, the parentheses and the braces: of a function of a macro's
/// the compiler would not say that it is never used.
pub(super) fn signature<'a>(
    function: &'a Function,
    attributes: impl IntoIterator<Item = &'a Attribute>,
    qualifiers: &[TokenTree],
    parameters: &[TokenStream],
    statements: TokenStream,
) -> TokenStream {
    let Function { visibility, keyword, name, generics, where_clause, .. } = function;
    let output = arrow(function);
    let attributes = attributes.into_iter();
    let list = group(Delimiter::Parenthesis, quote!(#(#parameters),*), function.parentheses);
    let body = group(Delimiter::Brace, statements, function.body.span());
    quote! {
        #(#attributes)*
        #visibility #(#qualifiers)* #keyword #name #generics #list #output #(#where_clause)* #body
    }
}

fn group(delimiter: Delimiter, inner: TokenStream, span: Span) -> Group {
    let mut group = Group::new(delimiter, inner);
    group.set_span(span);
    group
}

fn arrow(function: &Function) -> Option<TokenStream> {
    let Function { arrow, output, .. } = function;
    arrow.as_ref().map(|arrow| quote!(#arrow #(#output)*))
}

/// One statement in front of the body.
fn in_front(sandbox: &Sandbox, restrict: &str) -> TokenStream {
    let function = &sandbox.function;
    let (attributes, body) = (&function.inner_attributes, nested(&function.body));
    let restrict = restriction(sandbox, restrict);
    plain(function, &function.attributes, quote!(#(#attributes)* #restrict #body))
}

/// The process is restricted first; then the executor starts, in a function of its own.
fn async_main(sandbox: &Sandbox) -> TokenStream {
    let function = &sandbox.function;
    let at = function.executor();
    let (executor, others): (Vec<_>, Vec<_>) =
        function.attributes.iter().enumerate().partition(|(n, _)| Some(*n) == at);
    let executor = executor.into_iter().map(|(_, attribute)| attribute);
    let others = others.into_iter().map(|(_, attribute)| attribute);
    let sync: Vec<_> = function.qualifiers.iter().filter(|token| token.to_string() != "async").cloned().collect();
    let attributes = &function.inner_attributes;
    let Function { qualifiers, name, .. } = function;
    let output = arrow(function);
    let statements = function.body.stream();
    let run = quote!(#(#executor)* #(#qualifiers)* fn #name() #output { #(#attributes)* #statements });
    let restrict = restriction(sandbox, "restrict_main");
    let statements = quote_spanned!(hygienic()=> #run #restrict #name());
    signature(function, others, &sync, &[], statements)
}

pub(super) fn runtime(sandbox: &Sandbox) -> Runtime<'_> {
    Runtime(sandbox.policy.runtime.as_ref())
}

fn restriction(sandbox: &Sandbox, restrict: &str) -> TokenStream {
    let runtime = runtime(sandbox);
    let (restrict, site, policy) =
        (runtime.private(restrict), runtime.private("site"), policy::policy(&sandbox.policy));
    let failed = failed(&runtime, sandbox.on_error);
    quote_spanned! {hygienic()=>
        if let ::core::result::Result::Err(error) = #restrict(#site!(), #policy) {
            #failed
        }
    }
}

/// The value of a run, made into what is returned; or what is done with its error.
pub(super) fn outcome(sandbox: &Sandbox, run: &TokenStream, value: &TokenStream) -> TokenStream {
    let failed = failed(&runtime(sandbox), sandbox.on_error);
    quote_spanned! {hygienic()=>
        match #run {
            ::core::result::Result::Ok(value) => #value,
            ::core::result::Result::Err(error) => #failed,
        }
    }
}

/// The type that a closure in place of the body returns.
pub(super) fn output(function: &Function) -> TokenStream {
    arrow(function).unwrap_or_else(|| quote_spanned!(hygienic()=> -> ()))
}

/// What is done with `error`.
fn failed(runtime: &Runtime<'_>, on_error: OnError) -> TokenStream {
    match on_error {
        OnError::Return => {
            let fail = runtime.private("fail");
            quote_spanned!(hygienic()=> return #fail(error))
        }
        OnError::Panic => {
            let panic = runtime.private("panic");
            quote_spanned!(hygienic()=> #panic(&error))
        }
        OnError::Exit(code) => {
            let (exit, code) = (runtime.private("exit"), Literal::u8_unsuffixed(code));
            quote_spanned!(hygienic()=> #exit(&error, #code))
        }
    }
}

/// The body moves into a closure that `run` gives to another thread, with every argument.
fn on_thread(sandbox: &Sandbox, item: Option<&TokenStream>, run: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
    let function = &sandbox.function;
    let words = words(sandbox);
    let moved: Vec<_> = function.parameters.iter().enumerate().map(|(at, p)| Moved::captured(at, p, &words)).collect();
    let output = if function.returns_impl() { None } else { Some(output(function)) };
    let attributes = &function.inner_attributes;
    let statements: Vec<_> = moved.iter().map(|moved| moved.statement.clone()).collect();
    let closure = behind(&statements, &function.body);
    let run = run(quote_spanned!(hygienic()=> move || #output #closure));
    let outcome = outcome(sandbox, &run, &returned(sandbox));
    let parameters: Vec<_> = moved.into_iter().map(|moved| moved.parameter).collect();
    let statements = quote!(#(#attributes)* #item #outcome);
    signature(function, &function.attributes, &function.qualifiers, &parameters, statements)
}

/// `returned!(value)`: a value that is a future is an error at its type. Nothing and never are none.
fn returned(sandbox: &Sandbox) -> TokenStream {
    match &sandbox.function.output[..] {
        [] | [TokenTree::Punct(_)] => quote_spanned!(hygienic()=> value),
        [first, ..] => {
            let value = Ident::new("value", hygienic());
            let (returned, span) = located(&runtime(sandbox).private("returned"), first.span());
            quote_spanned!(span=> #returned!(#value))
        }
    }
}

/// A macro of ours, where the compiler is to show what it says of it.
pub(super) fn located(path: &TokenStream, at: Span) -> (TokenStream, Span) {
    let span = hygienic().located_at(at);
    let here = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    (path.clone().into_iter().map(here).collect(), span)
}

/// A body behind statements of ours, if there are any.
pub(super) fn behind(statements: &[TokenStream], body: &Group) -> TokenStream {
    if statements.iter().all(TokenStream::is_empty) {
        return body.to_token_stream();
    }
    let body = nested(body);
    quote_spanned!(hygienic()=> { #(#statements)* #body })
}

/// `'_body: { … }`: behind a statement, the body keeps its own braces, for no item should follow one. They stand where the user
/// wrote them, for what clippy finds directly in them; with a label, the compiler does not call them unnecessary.
fn nested(body: &Group) -> TokenStream {
    let label = Lifetime::new("'_body", body.span());
    quote_spanned!(hygienic()=> #label: #body)
}

pub(super) fn words(sandbox: &Sandbox) -> Words {
    fn collect(tokens: TokenStream, words: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => collect(group.stream(), words),
                TokenTree::Ident(_) | TokenTree::Literal(_) => words.push(token.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }
    let mut words = Words { body: Vec::new(), attribute: Vec::new() };
    collect(sandbox.function.body.stream(), &mut words.body);
    policy::written(&sandbox.policy).for_each(|value| collect(value, &mut words.attribute));
    words
}
