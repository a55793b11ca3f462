//! The function, with its body run in a child process: the arguments go there, the value comes back.

use super::function::{behind, located, outcome, output, runtime, signature, words};
use super::lints;
use super::parameters::Moved;
use super::policy::{self, Kept, kept, numbers};
use super::runtime::hygienic;
use crate::check::{Limits, Reuse, Sandbox};
use crate::parse::{Binding, Function};
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
    let crosses = |name: &Ident| words.in_body(name) || !name.to_string().starts_with('_');
    let (mut names, mut patterns, mut statements, mut parameters) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for parameter in &function.parameters {
        // A name with an underscore that the body does not name stays here.
        let crossing: Vec<_> = parameter.bindings().into_iter().filter(|binding| crosses(&binding.name)).collect();
        let moved = Moved::handed_over(parameter, &crossing);
        let is_bound_anew = !moved.statement.is_empty();
        statements.push(moved.statement);
        parameters.push(moved.parameter);
        for Binding { mutable, name } in crossing {
            let mutable = mutable.filter(|_| !is_bound_anew);
            patterns.push(quote!(#mutable #name));
            if !words.in_body(&name) && words.in_attribute(&name) {
                statements.push(quote_spanned!(hygienic()=> let _ = &#name;));
            }
            names.push(name);
        }
    }
    // What there is to say about a name is said at the parameter.
    let said = function.parameters.iter().flat_map(lints::of_parameters);
    let allow = (!names.is_empty()).then(|| quote_spanned!(hygienic()=> #[allow(clippy::shadow_reuse #(, #said)*)]));
    let patterns = tuple(patterns);
    let (body, output) = (behind(&statements, &function.body), output(function));
    let closure = quote_spanned!(hygienic()=> |#allow #patterns| #output #body);
    let (item, outcome) = call.outcome(&names, &closure);
    let attributes = &function.inner_attributes;
    let statements = quote!(#(#attributes)* #item #outcome);
    signature(function, &function.attributes, &function.qualifiers, &parameters, statements)
}

/// A body with `self` stays where it is: the child calls this same method, which then does not start another.
fn method(call: &Call<'_>) -> TokenStream {
    let function = &call.sandbox.function;
    let words = words(call.sandbox);
    let moved = function.parameters.iter().enumerate().map(|(at, parameter)| Moved::handed_on(at, parameter, &words));
    let (moved, names): (Vec<_>, Vec<_>) = moved.unzip();
    let (parameters, statements): (Vec<_>, Vec<_>) =
        moved.into_iter().map(|moved| (moved.parameter, moved.statement)).unzip();
    let arguments: Vec<_> = (0..names.len()).map(|at| format_ident!("argument{at}", span = hygienic())).collect();
    let pattern = tuple(&arguments);
    let runtime = runtime(call.sandbox);
    let (run, called) = (runtime.private("in_a_worker"), runtime.private("called_by_a_worker"));
    let this = itself(function, &arguments);
    let (item, outcome) = call.outcome(&names, &quote_spanned!(hygienic()=> |#pattern| #run(|| #this)));
    let body = behind(&statements, &function.body);
    let attributes = &function.inner_attributes;
    let statements = quote_spanned! {hygienic()=>
        #(#attributes)*
        if #called() #body else {
            #item
            #outcome
        }
    };
    signature(function, &function.attributes, &function.qualifiers, &parameters, statements)
}

/// `Self::name::<T>(argument0)`
fn itself(function: &Function, arguments: &[Ident]) -> TokenStream {
    let (name, generics) = (&function.name, function.generic_names());
    let generics = (!generics.is_empty()).then(|| quote_spanned!(hygienic()=> ::<#(#generics),*>));
    let call = quote_spanned!(hygienic()=> Self::#name #generics (#(#arguments),*));
    if function.qualifier("unsafe").is_some() { quote_spanned!(hygienic()=> unsafe { #call }) } else { call }
}

/// A call that a process is to run.
struct Call<'s> {
    sandbox: &'s Sandbox,
    reuse: Option<Reuse>,
    limits: Limits,
}

impl Call<'_> {
    /// `match Process::new().run(site!(), policy, (argument!(path),), reply!(Value), |(path,)| …) { … }`, and the item that
    /// stands in front of it, if workers stay.
    fn outcome(&self, arguments: &[Ident], closure: &TokenStream) -> (Option<TokenStream>, TokenStream) {
        let runtime = runtime(self.sandbox);
        let [site, argument, reply] = ["site", "argument", "reply"].map(|name| runtime.private(name));
        let arguments = tuple(arguments.iter().map(|name| {
            let (argument, span) = located(&argument, name.span());
            quote_spanned!(span=> #argument!(#name))
        }));
        let reply = match &self.sandbox.function.output[..] {
            [] => quote_spanned!(hygienic()=> #reply!(())),
            output @ [first, ..] => {
                let (reply, span) = located(&reply, first.span());
                quote_spanned!(span=> #reply!(#(#output)*))
            }
        };
        let policy = &self.sandbox.policy;
        let Limits { stack, timeout, memory } = self.limits;
        let mut said = vec![("stack", stack), ("timeout", timeout), ("memory", memory)];
        let (item, run) = if let Some(Reuse { workers, max_calls }) = self.reuse {
            said.extend([("workers", workers.map(u64::from)), ("max_calls", max_calls.map(u64::from))]);
            let Kept { name, item } = kept(policy, "Workers", &said);
            (Some(item), quote_spanned!(hygienic()=> #name.run(#site!(), #arguments, #reply, #closure)))
        } else {
            let (process, policy, said) = (runtime.private("Process"), policy::policy(policy), numbers(&said));
            let run =
                quote_spanned!(hygienic()=> #process::new() #said.run(#site!(), #policy, #arguments, #reply, #closure));
            (None, run)
        };
        (item, outcome(self.sandbox, &run, &quote_spanned!(hygienic()=> value)))
    }
}

/// `()`, `(a,)`, `(a, b)`
fn tuple(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    match &items[..] {
        [one] => quote_spanned!(hygienic()=> (#one,)),
        items => quote_spanned!(hygienic()=> (#(#items),*)),
    }
}
