//! What comes back from another thread or process, as far as its type shows: nothing that only begins its work there. A future
//! under another name is left to the compiler, which the expansion asks.

use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use crate::parse::tokens::Angles;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

/// What is done later, by whoever has it then.
#[derive(Clone, Copy)]
enum Later {
    Closure,
    Future,
    Items,
}

impl Later {
    /// By the name of a trait of the standard library, `futures` or `rayon`.
    fn of_trait(name: &str) -> Option<Later> {
        match name {
            "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce" => Some(Later::Closure),
            "Stream" | "FusedStream" | "TryStream" => Some(Later::Items),
            name if name.ends_with("Future") => Some(Later::Future),
            name if name.ends_with("Iterator") => Some(Later::Items),
            _ => None,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Later::Closure => {
                "what a closure does after it has returned is outside the sandbox: call it here, and return its value; or, if \
                 this is meant, return a named type of your own"
            }
            Later::Future => {
                "what a future does after it has returned is outside the sandbox: put `#[sandbox]` on a plain `fn` that does the \
                 work, and call that from the `async fn`"
            }
            Later::Items => {
                "what it yields after it has returned is made outside the sandbox: collect it here, and return a `Vec`; or, if \
                 this is meant, return a named type of your own"
            }
        }
    }
}

/// Whether nothing was wrong with it.
pub(super) fn refuse_what_acts_later(function: &Function, diagnostics: &mut Diagnostics) -> bool {
    let mut is_done = true;
    find(&function.output, &mut |traits, tokens| {
        let later = traits.iter().find_map(|(at, name)| Some((*at, Later::of_trait(name)?)));
        if let Some((at, later)) = later {
            let tokens = if is_of_async_trait(tokens) { function.name.to_token_stream() } else { up_to(tokens, at) };
            diagnostics.error(tokens, later.message());
            is_done = false;
        }
    });
    is_done
}

/// `Box<dyn Error>` is the commonest of all errors, and does not leave its thread.
pub(super) fn refuse_error_that_stays(function: &Function, diagnostics: &mut Diagnostics) {
    find(&function.output, &mut |traits, tokens| {
        let named = |wanted: &str| traits.iter().find(|(_, name)| name == wanted);
        if let Some((at, _)) = named("Error").filter(|_| tokens[0].to_string() == "dyn" && named("Send").is_none()) {
            let message = "this error cannot come back from another thread: write `dyn Error + Send + Sync`, here and in what \
                           passes it on";
            diagnostics.error(up_to(tokens, *at), message);
        }
    });
}

/// `dyn Future<…> + Send + 'async_trait`: the user wrote none of this, but the name of the function.
fn is_of_async_trait(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "async_trait"))
}

fn up_to(tokens: &[TokenTree], at: usize) -> TokenStream {
    tokens[..=at].iter().cloned().collect()
}

/// Every `impl` and `dyn` in a type: its traits, and the tokens from there on.
fn find(ty: &[TokenTree], see: &mut impl FnMut(&[(usize, String)], &[TokenTree])) {
    for (at, token) in ty.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find(&group.stream().into_iter().collect::<Vec<_>>(), see),
            TokenTree::Ident(word) if word == "impl" || word == "dyn" => see(&traits(&ty[at..]), &ty[at..]),
            // `futures` calls a boxed one by these.
            TokenTree::Ident(word) if word == "BoxStream" || word == "LocalBoxStream" => {
                see(&[(0, "Stream".to_owned())], &ty[at..]);
            }
            _ => {}
        }
    }
}

/// The names in one `impl` or `dyn`, each with its place from that word on.
fn traits(tokens: &[TokenTree]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut angles = Angles::default();
    for (at, token) in tokens.iter().enumerate().skip(1) {
        let before = &tokens[at - 1];
        match token {
            _ if !angles.closed() => {}
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => break,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is_punct(before, '-') => break,
            TokenTree::Ident(name) => found.push((at, name.to_string())),
            // `dyn (Fn() -> u8) + Send`, or a fragment of a macro; not the arguments of a trait.
            TokenTree::Group(group) if at == 1 || is_punct(before, '+') => {
                let inner: Vec<_> = [before.clone()].into_iter().chain(group.stream()).collect();
                found.extend(traits(&inner).into_iter().map(|(_, name)| (at, name)));
            }
            _ => {}
        }
        angles.outside(token);
    }
    found
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
