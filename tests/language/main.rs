//! The language of the attribute, taken apart by the macro's own steps: what a policy prints reads back as the same
//! policy, and no tokens whatever make a step panic.
//!
//! A macro's crate exports nothing else, so its modules are compiled here once more, in their own places of the tree.

#[path = "../../landlock-macros/src/check/mod.rs"]
mod check;
#[path = "../../landlock-macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../landlock-macros/src/emit/mod.rs"]
#[allow(unexpected_cfgs, reason = "a feature of the macro's crate, which is off here")]
mod emit;
#[path = "../../landlock-macros/src/keys.rs"]
#[allow(dead_code, reason = "its table is for the documentation")]
mod keys;
#[path = "../../landlock-macros/src/parse/mod.rs"]
mod parse;
#[path = "../../landlock-macros/src/pipeline.rs"]
mod pipeline;
#[path = "../../landlock-macros/src/vocabulary.rs"]
mod vocabulary;

mod calls;
mod canonical;
mod emitted;
mod generated;
mod mutated;

use canonical::canonical;
use landlock_runtime::Policy;
use proc_macro2::TokenStream;

const POLICIES: u64 = 5_000;

/// What stands in the parentheses of `#[sandbox(…)]`.
fn arguments(attribute: &str) -> TokenStream {
    let arguments = attribute.strip_prefix("#[sandbox(").and_then(|rest| rest.strip_suffix(")]")).unwrap_or_default();
    arguments.parse().unwrap_or_else(|error| panic!("{attribute} is no Rust: {error}"))
}

#[test]
fn a_printed_policy_reads_back_as_itself() {
    for seed in 0..POLICIES {
        let calls = generated::calls(&mut fastrand::Rng::with_seed(seed));
        let policy = calls.iter().fold(Policy::new(), |policy, call| call.on(policy));
        let printed = policy.to_string();
        let expansion = pipeline::policy(&arguments(&printed));
        let read = emitted::calls(expansion.clone())
            .unwrap_or_else(|what| panic!("seed {seed}: {what}\n{printed}\n{expansion}"));
        assert_eq!(canonical(&read), canonical(&calls), "seed {seed}: {printed}\n{expansion}");
        let again = read.iter().fold(Policy::new(), |policy, call| call.on(policy));
        assert_eq!(again.to_string(), printed, "seed {seed}: printed a second time");
    }
}

/// The comparison above can fail: each of these differs from the first.
#[test]
fn a_difference_is_seen() {
    let of = |arguments: &str| {
        let read = emitted::calls(pipeline::policy(&arguments.parse().expect("Rust"))).expect("calls");
        canonical(&read)
    };
    let first = of("read = \"/a\", net_connect = 1, require = fs");
    assert_eq!(first, of("require = [fs, fs], net_connect = 1..=1, read = std::path::Path::new(\"/a\")"));
    for other in [
        "read = \"/b\", net_connect = 1, require = fs",
        "read = nofollow(\"/a\"), net_connect = 1, require = fs",
        "read = \"/a\", net_connect = 2, require = fs",
        "read = \"/a\", net_bind = 1, require = fs",
        "read = \"/a\", net_connect = 1, require = [fs, truncate]",
        "read = \"/a\", net_connect = 1, require = fs, abi = 9",
        "read = \"/a\", net_connect = 1",
    ] {
        assert_ne!(first, of(other), "{other}");
    }
}

/// How many mutants `cargo test` tries; `LANDLOCK_MUTANTS` asks for another number.
const MUTANTS: u64 = 50_000;

#[test]
fn no_tokens_make_the_macro_panic_or_lose_the_item() {
    let said = std::env::var("LANDLOCK_MUTANTS").ok();
    let mutants = said.map_or(MUTANTS, |said| said.parse().expect("LANDLOCK_MUTANTS is a number"));
    let tried = mutated::try_all(mutants);
    println!("{tried}");
    assert!(tried.expanded > mutants / 100 && tried.refused > mutants / 4, "the mutants are too alike: {tried}");
}
