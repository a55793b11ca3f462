//! A landlockconfig file, as the calls of the builder that a person would write for it.

use super::runtime::{Runtime, hygienic};
use crate::keys::RIGHTS;
use crate::landlockconfig::{Included, Names};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote_spanned;

/// `{ const _: &[u8] = include_bytes!(…); from_landlockconfig(Policy::new().grant(…).bind_tcp(…), unhandled) }`
pub(crate) fn landlockconfig(included: &Included) -> TokenStream {
    let runtime = Runtime(included.runtime.as_ref());
    let (start, each, optional) = (runtime.public("Policy"), runtime.public("each"), runtime.public("optional"));
    let from_landlockconfig = runtime.private("from_landlockconfig");
    let paths = included.config.paths.iter().map(|grant| {
        let (rights, paths) = (rights(&runtime, grant.rights), &grant.paths);
        quote_spanned!(hygienic()=> .grant(#rights, #each([#(#paths),*].map(#optional))))
    });
    let ports = included.config.ports.iter().map(|grant| {
        let method = Ident::new(grant.right, hygienic());
        let ports = grant.ports.iter().map(|port| Literal::u16_unsuffixed(*port));
        quote_spanned!(hygienic()=> .#method(#each([#(#ports),*])))
    });
    let unhandled = rights(&runtime, included.config.handled.others());
    // From the package's own directory, wherever that is: an absolute path would stand in the expansion.
    let below = format!("/{}", included.file);
    quote_spanned! {hygienic()=>
        {
            const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #below));
            #from_landlockconfig(#start::new() #(#paths)* #(#ports)*, #unhandled)
        }
    }
}

/// `Rights::of(&[Right::ReadFile, Right::ReadDir])`
fn rights(runtime: &Runtime<'_>, names: Names) -> TokenStream {
    let (set, right) = (runtime.public("Rights"), runtime.public("Right"));
    let variants = names.iter().map(|name| {
        let variant = RIGHTS.iter().chain(&SCOPES).find(|(known, _)| *known == name.name);
        let variant = Ident::new(variant.expect("a test holds the two tables together").1, hygienic());
        quote_spanned!(hygienic()=> #right::#variant)
    });
    quote_spanned!(hygienic()=> #set::of(&[#(#variants),*]))
}

/// The rights that have features for keys, as the kernel and as the runtime spell them.
const SCOPES: [(&str, &str); 2] = [("abstract_unix_socket", "AbstractUnixSocket"), ("signal", "Signal")];
