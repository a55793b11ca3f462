//! Small rules, each by itself.

use super::{expand, taken};
use crate::parse::tokens::{as_spread, split_commas, text};
use crate::{keys, vocabulary};
use proc_macro2::{TokenStream, TokenTree};

fn tokens(source: &str) -> Vec<TokenTree> {
    source.parse::<TokenStream>().expect("the case is Rust").into_iter().collect()
}

/// How many mistakes the macro finds.
fn errors(source: &str) -> usize {
    taken(expand(source)).to_string().matches("compile_error").count()
}

#[test]
fn only_commas_of_the_outermost_level_split() {
    let pieces = |source| split_commas(tokens(source)).iter().map(|piece| text(piece)).collect::<Vec<_>>();
    assert_eq!(pieces("a = 1, b = [2, 3], c = f(4, 5),").len(), 3);
    assert_eq!(pieces("a = f::<A, B>(1), b = 2").len(), 2);
    assert_eq!(pieces("a = <Map<A, B> as Get<C, D>>::get(), b = 2").len(), 2);
    assert_eq!(pieces("a = f::<fn(A) -> B, C>(1), b = 2").len(), 2);
    assert_eq!(pieces("a = x < y, b = 2").len(), 2, "a comparison opens nothing");
    assert_eq!(pieces("").len(), 0);
}

#[test]
fn a_range_is_no_spread() {
    assert_eq!(as_spread(&tokens("..paths")).map(text), Some("paths".to_owned()));
    assert_eq!(as_spread(&tokens("..")).map(text), Some(String::new()));
    assert!(as_spread(&tokens("..=8010")).is_none());
    assert!(as_spread(&tokens("a..b")).is_none());
}

#[test]
fn every_mistake_is_reported_and_the_function_stays() {
    let expansion = expand("#[sandbox(raed = 1, net_connect = -1, isolate = x)] const fn f() { body() }").to_string();
    assert_eq!(expansion.matches("compile_error").count(), 4, "{expansion}");
    assert!(expansion.contains("const fn f () { body () }"), "{expansion}");
    assert!(!expansion.contains("landlock_runtime"), "no path of an error reaches the runtime: {expansion}");
}

#[test]
fn last_segment_of_the_return_type_decides_what_an_error_does() {
    let returns =
        |output: &str| expand(&format!("#[sandbox] fn f() {output} {{}}")).to_string().contains("__private :: fail");
    for result in ["-> Result<A, B>", "-> io::Result<Vec<u8>>", "-> ::std::result::Result<impl A + use<>, B<C, D>>"] {
        assert!(returns(result), "{result}");
    }
    for other in ["", "-> Option<Result<A, B>>", "-> &'a Result<A, B>", "-> fn() -> Result<A, B>", "-> Results<A>"] {
        assert!(!returns(other), "{other}");
    }
}

#[test]
fn what_acts_after_it_has_returned_is_refused_where_the_caller_is_free() {
    let at = |place: &str, ty: &str| errors(&format!("#[sandbox(isolate = {place})] fn f() -> {ty} {{}}"));
    let in_thread = |ty: &str| at("thread", ty);
    for later in [
        "impl Iterator<Item = u8>",
        "impl Send + ::core::iter::DoubleEndedIterator<Item = u8>",
        "impl for<'a> Fn(&'a u8) -> u8",
        "Result<Vec<Box<dyn FnOnce() -> u8 + Send>>, Error>",
        "(u8, [Box<dyn 'a + (FnMut(u8))>; 2])",
        "Pin<Box<dyn futures::Stream<Item = u8>>>",
        "futures::stream::BoxStream<'a, u8>",
        "Pin<Box<dyn ::core::future::Future<Output = u8> + Send + 'async_trait>>",
        "impl AsyncFn() -> u8",
        "fn(u8) -> Box<dyn Fn()>",
    ] {
        assert_eq!(in_thread(later), 1, "{later}");
        assert_eq!(at("in_place", later), 0, "{later}");
    }
    assert_eq!(in_thread("impl Iterator<Item = Box<dyn Fn(u8) -> Box<dyn Future<Output = u8>>>>"), 3);
    for done in [
        "impl Display",
        "impl AsRef<Stream> + Into<Future>",
        "Result<impl Display + Send, Stream>",
        "(impl Display, Iterator)",
        "Box<dyn Error + Send + Sync>",
        "Iterator",
        "fn(u8) -> u8",
        "impl PartialEq<fn() -> u8> + use<'a, Future>",
        "impl Converts(Iterator)",
        "std::vec::IntoIter<u8>",
        "!",
        "&'a mut Self",
    ] {
        assert_eq!(in_thread(done), 0, "{done}");
    }
}

#[test]
fn what_is_no_literal_port_is_left_to_rust() {
    for value in
        ["PORT", "config.port", "config.ports.first()", "&443", "*port", "ports[..2].len()", "8000..=config.last"]
    {
        assert_eq!(errors(&format!("#[sandbox(net_connect = {value})] fn f() {{}}")), 0, "{value}");
    }
    for value in ["-443", "config.first..config.last", "..=8010"] {
        assert_eq!(errors(&format!("#[sandbox(net_connect = {value})] fn f() {{}}")), 1, "{value}");
    }
}

#[test]
fn a_pool_refuses_what_a_call_decides_and_nothing_else() {
    let errors = |policy: &str| {
        errors(&format!("#[sandbox(isolate = pool, {policy})] fn f<T>(path: &str, roots: &[&str], port: u16) {{}}"))
    };
    for decided in [
        "read = path",
        "read = root(&path)",
        "read = ..roots",
        "read = all[..port]",
        "read = path.root()",
        "read = T::ROOT",
        "read = format!(\"/srv/{path}\")",
        "read = format!(\"/srv/{port:?}\")",
        "net_connect = port",
    ] {
        assert_eq!(errors(decided), 1, "{decided}");
    }
    for kept in [
        "read = CONFIG.path",
        "read = config::path",
        "read = config::T::ROOT",
        "read = path::root()",
        "read = path!()",
        "read = root(\"{path}\")",
        "read = format!(\"/srv/path\")",
        "read = format!(\"/srv/{other}\")",
        "read = ..all().map(|path| path)",
        "net_connect = CONFIG.port",
    ] {
        assert_eq!(errors(kept), 0, "{kept}");
    }
}

#[test]
fn a_process_takes_no_mutable_borrow() {
    let errors = |parameter: &str| errors(&format!("#[sandbox(isolate = process)] fn f({parameter}) {{}}"));
    for borrowed in ["&mut self", "&'a mut self", "self: &mut Self", "x: &mut u8", "x: &'a mut u8"] {
        assert_eq!(errors(borrowed), 1, "{borrowed}");
    }
    for copied in ["&self", "mut self", "self: &Self", "mut x: u8", "x: &'a u8", "x: *mut u8", "x: &&&mut u8"] {
        assert_eq!(errors(copied), 0, "{copied}");
    }
}

#[test]
fn values_in_invisible_groups_are_seen() {
    let invisible = |source: &str| {
        let group = proc_macro2::Group::new(proc_macro2::Delimiter::None, source.parse().expect("the case is Rust"));
        TokenStream::from(TokenTree::Group(group))
    };
    let port = invisible("65979");
    let arguments = quote::quote!(net_connect = #port);
    let expansion = crate::pipeline::sandbox(
        &arguments,
        &quote::quote!(
            fn f() {}
        ),
    )
    .to_string();
    assert!(expansion.contains("65979 is outside"), "{expansion}");
}

#[test]
fn keys_and_their_other_names_do_not_overlap() {
    for (other, ours) in vocabulary::OTHER_NAMES {
        assert!(keys::Key::named(other).is_none(), "{other} is a key itself");
        assert!(keys::Key::named(ours).is_some(), "{ours} is no key");
    }
}

#[test]
fn places_and_their_other_names_are_no_keys() {
    for (name, place) in vocabulary::PLACES {
        assert!(keys::Key::named(name).is_none(), "{name} is a key");
        assert!(vocabulary::OTHER_NAMES.iter().all(|(other, _)| other != name), "{name} stands for a key");
        let expansion = expand(&format!("#[sandbox(isolate = {place})] fn f() {{}}")).to_string();
        assert!(!expansion.contains("unknown place"), "{name} stands for no place: {expansion}");
    }
}

#[test]
fn a_place_behind_a_feature_leaves_the_choice_to_the_runtime() {
    for (place, feature) in [("pool", "pool"), ("pool(workers = 2)", "pool"), ("process(reuse)", "process")] {
        let expansion = expand(&format!("#[sandbox(isolate = {place})] fn f() {{}}")).to_string();
        let choice = format!(":: landlock_runtime :: __private :: if_{feature} !");
        assert!(expansion.starts_with(&choice), "{expansion}");
        let line =
            format!(r#"write `landlock-runtime = {{ version = \"…\", features = [\"{feature}\"] }}` in Cargo.toml"#);
        assert_eq!(expansion.matches(&line).count(), 1, "{expansion}");
    }
    for place in ["thread", "in_place"] {
        assert!(!expand(&format!("#[sandbox(isolate = {place})] fn f() {{}}")).to_string().contains("if_"), "{place}");
    }
}

#[test]
fn reference_has_a_section_for_each_key() {
    let reference = include_str!("../../../landlock-runtime/src/reference.md");
    let mut sections: Vec<_> =
        reference.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`')).collect();
    let mut keys: Vec<_> = keys::KEYS.iter().map(|key| key.name).collect();
    sections.sort_unstable();
    keys.sort_unstable();
    assert_eq!(sections, keys);
}

#[test]
fn readme_has_the_table_of_keys() {
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&keys::table()), "the README lacks this table:\n{}", keys::table());
}

#[test]
fn readme_has_the_linux_version_of_each_abi() {
    let readme = include_str!("../../../README.md");
    for (abi, linux) in (1..).zip(vocabulary::LINUX) {
        assert!(readme.contains(&format!("| {abi} | {linux} |")), "ABI {abi}, Linux {linux}");
    }
}
