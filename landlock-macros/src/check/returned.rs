//! What comes back from another thread or process, as far as its type shows: nothing that only begins its work there. A future
//! under another name is left to the compiler, which the expansion asks.

use crate::diagnostics::Diagnostics;
use crate::parse::Function;
use crate::parse::tokens::Angles;
use proc_macro2::{TokenStream, TokenTree};
use std::iter::once;

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
    let mut found = Vec::new();
    find(&function.output, &mut found);
    for (later, tokens) in &found {
        diagnostics.error(tokens, later.message());
    }
    found.is_empty()
}

/// All in a type, each from its `impl` or `dyn` to the name of the trait.
fn find(ty: &[TokenTree], found: &mut Vec<(Later, TokenStream)>) {
    for (at, token) in ty.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find(&group.stream().into_iter().collect::<Vec<_>>(), found),
            TokenTree::Ident(word) if word == "impl" || word == "dyn" => found.extend(trait_of(&ty[at..])),
            // `futures` calls a boxed one by these.
            TokenTree::Ident(word) if word == "BoxStream" || word == "LocalBoxStream" => {
                found.push((Later::Items, token.clone().into()));
            }
            _ => {}
        }
    }
}

/// The first such trait of one `impl` or `dyn`.
fn trait_of(bounds: &[TokenTree]) -> Option<(Later, TokenStream)> {
    let mut angles = Angles::default();
    for (at, token) in bounds.iter().enumerate().skip(1) {
        let later = match token {
            _ if !angles.closed() => None,
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' | ';' => return None,
                '>' if !is_punct(&bounds[at - 1], '-') => return None,
                _ => None,
            },
            TokenTree::Ident(name) => Later::of_trait(&name.to_string()),
            // `dyn (Fn() -> u8) + Send`, or a fragment of a macro; not the arguments of a trait.
            TokenTree::Group(group) if at == 1 || is_punct(&bounds[at - 1], '+') => {
                trait_of(&once(bounds[0].clone()).chain(group.stream()).collect::<Vec<_>>()).map(|(later, _)| later)
            }
            _ => None,
        };
        if let Some(later) = later {
            return Some((later, bounds[..=at].iter().cloned().collect()));
        }
        angles.outside(token);
    }
    None
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
