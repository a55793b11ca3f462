//! The function, with its body run in a child process: the arguments go there, the value comes back.

use super::function::{nested, outcome, output, runtime, signature, words};
use super::parameters::{Words, bound, immutable, named};
use super::policy::{self, kept, numbers};
use super::runtime::hygienic;
use crate::check::{Limits, Reuse, Sandbox};
use crate::parse::Function;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

pub(super) fn function(sandbox: &Sandbox, reuse: Option<Reuse>, limits: Limits) -> TokenStream {
    let call = Call { sandbox, reuse, limits };
    if sandbox.function.is_method() { method(&call) } else { free(&call) }
}

/// The body moves into a closure that captures nothing: the child finds it by its place in the program.
fn free(call: &Call<'_>) -> TokenStream {
    let function = &call.sandbox.function;
    let words = words(call.sandbox);
    let crossing = crossing(function, &words);
    let names: Vec<_> = crossing.iter().map(|(_, name)| name).collect();
    let patterns = tuple(crossing.iter().map(|(mutable, name)| quote!(#mutable #name)));
    let only_granted = names.iter().filter(|name| !words.in_body(name) && words.in_attribute(name));
    let statements: Vec<_> = only_granted.map(|name| quote_spanned!(hygienic()=> let _ = &#name;)).collect();
    let (attributes, body, output) = (&function.inner_attributes, nested(&function.body), output(function));
    let body = if statements.is_empty() {
        body.to_token_stream()
    } else {
        quote_spanned!(hygienic()=> { #(#statements)* #body })
    };
    let outcome = call.outcome(&names, &quote_spanned!(hygienic()=> |#patterns| #output #body));
    let body = quote_spanned!(hygienic()=> { #(#attributes)* #outcome });
    let parameters: Vec<_> = function.parameters.iter().map(immutable).collect();
    signature(function, &function.attributes, &function.qualifiers, &parameters, &body)
}

/// A body with `self` stays where it is: the child calls this same method, which then does not start another.
fn method(call: &Call<'_>) -> TokenStream {
    let function = &call.sandbox.function;
    let parameters = function.parameters.iter().enumerate().map(|(at, parameter)| named(at, parameter));
    let (parameters, names): (Vec<_>, Vec<_>) = parameters.unzip();
    let arguments: Vec<_> = (0..names.len()).map(|at| format_ident!("argument{at}", span = hygienic())).collect();
    let (pattern, name) = (tuple(&arguments), &function.name);
    let runtime = runtime(call.sandbox);
    let (run, called) = (runtime.private("in_a_worker"), runtime.private("called_by_a_worker"));
    let closure = quote_spanned!(hygienic()=> |#pattern| #run(|| Self::#name(#(#arguments),*)));
    let outcome = call.outcome(&names, &closure);
    let (attributes, body) = (&function.inner_attributes, nested(&function.body));
    let body = quote_spanned! {hygienic()=> {
        #(#attributes)*
        if !#called() {
            return #outcome;
        }
        #body
    }};
    signature(function, &function.attributes, &function.qualifiers, &parameters, &body)
}

/// A call that a process is to run.
struct Call<'s> {
    sandbox: &'s Sandbox,
    reuse: Option<Reuse>,
    limits: Limits,
}

impl Call<'_> {
    /// `match Process::new().run(site!(), &policy, (argument!(path),), reply!(Value), |(path,)| …) { … }`
    fn outcome(&self, arguments: &[impl ToTokens], closure: &TokenStream) -> TokenStream {
        let runtime = runtime(self.sandbox);
        let [site, argument, reply] = ["site", "argument", "reply"].map(|name| runtime.private(name));
        let arguments = tuple(arguments.iter().map(|name| quote_spanned!(hygienic()=> #argument!(#name))));
        let output = &self.sandbox.function.output;
        let value = if output.is_empty() { quote!(()) } else { quote!(#(#output)*) };
        let policy = &self.sandbox.policy;
        let Limits { stack, timeout, memory } = self.limits;
        let mut said = vec![("stack", stack), ("timeout", timeout), ("memory", memory)];
        let run = if let Some(Reuse { workers, max_calls }) = self.reuse {
            said.extend([("workers", workers.map(u64::from)), ("max_calls", max_calls.map(u64::from))]);
            let workers = kept(policy, "Workers", &said);
            quote_spanned!(hygienic()=> #workers.run(#site!(), #arguments, #reply!(#value), #closure))
        } else {
            let (process, policy, said) = (runtime.private("Process"), policy::policy(policy), numbers(&said));
            quote_spanned!(hygienic()=> #process::new() #said.run(#site!(), &#policy, #arguments, #reply!(#value), #closure))
        };
        outcome(self.sandbox, &run)
    }
}

/// The names that go to the child. One with an underscore that the body does not name stays here.
fn crossing(function: &Function, words: &Words) -> Vec<(Option<Ident>, Ident)> {
    let names = function.parameters.iter().flat_map(bound);
    names.filter(|(_, name)| words.in_body(name) || !name.to_string().starts_with('_')).collect()
}

/// `()`, `(a,)`, `(a, b)`
fn tuple(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    match &items[..] {
        [one] => quote_spanned!(hygienic()=> (#one,)),
        items => quote_spanned!(hygienic()=> (#(#items),*)),
    }
}
