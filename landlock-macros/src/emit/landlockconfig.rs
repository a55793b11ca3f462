//! A landlockconfig file, as the calls of the builder that a person would write for it.

use super::runtime::{Runtime, hygienic};
use crate::landlockconfig::{Included, Names};
use crate::vocabulary::RIGHTS;
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
        let variant = variant(name.name).expect("a test holds the two tables together");
        let variant = Ident::new(variant, hygienic());
        quote_spanned!(hygienic()=> #right::#variant)
    });
    quote_spanned!(hygienic()=> #set::of(&[#(#variants),*]))
}

/// A right of the format, as the runtime spells it.
fn variant(name: &str) -> Option<&'static str> {
    RIGHTS.iter().chain(&SCOPES).find(|(known, _)| *known == name).map(|(_, variant)| *variant)
}

/// The rights that have features for keys, as the kernel and as the runtime spell them.
const SCOPES: [(&str, &str); 2] = [("abstract_unix_socket", "AbstractUnixSocket"), ("signal", "Signal")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_of_the_schema_has_its_variant() {
        for right in Names::that(|_| true).iter() {
            let words = right.name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            assert_eq!(variant(right.name), Some(&*words.collect::<String>()));
        }
    }
}
