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

/// What the first of them says.
fn message(source: &str) -> String {
    let expansion = expand(source);
    let literal = literals(expansion).into_iter().next();
    literal.unwrap_or_else(|| panic!("no mistake in {source}"))
}

/// The strings in the calls of `compile_error!`.
fn literals(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let tokens: Vec<_> = tokens.into_iter().collect();
    for window in tokens.windows(3) {
        if let [TokenTree::Ident(name), _, TokenTree::Group(group)] = window {
            if name == "compile_error" {
                let text = syn::parse2::<syn::LitStr>(group.stream()).expect("a message");
                found.push(text.value());
            }
        }
    }
    found
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
    let names = || vocabulary::OTHER_NAMES.iter().flat_map(|(names, _)| *names);
    for (at, name) in names().enumerate() {
        assert!(keys::Key::named(name).is_none(), "{name} is a key itself");
        assert!(names().skip(at + 1).all(|other| other != name), "{name} stands for two things");
        assert_eq!(name.to_lowercase(), **name, "it would not be found");
    }
}

/// Whoever does what a message says has no further message to read.
#[test]
fn advice_about_other_names_is_taken() {
    for (names, here) in vocabulary::OTHER_NAMES {
        for name in *names {
            for argument in ["", " = \"/etc\"", " = 443", " = true", "(\"/etc\")", "(x, y)"] {
                let message = message(&format!("#[sandbox({name}{argument})] fn f() {{}}"));
                if let vocabulary::Here::Nothing(_) = here {
                    assert!(message.contains("is no key: "), "{message}");
                    continue;
                }
                let advice = message.split('`').nth(3).unwrap_or_else(|| panic!("no advice: {message}"));
                let left = errors(&format!("#[sandbox(isolate = process, {advice})] fn f() {{}}"));
                assert_eq!(left, 0, "{message}");
            }
        }
    }
}

#[test]
fn places_and_their_other_names_are_no_keys() {
    let names = || vocabulary::OTHER_NAMES.iter().flat_map(|(names, _)| *names);
    for (name, place) in vocabulary::PLACES {
        assert!(keys::Key::named(name).is_none(), "{name} is a key");
        assert!(names().all(|other| other != name), "{name} stands for a key");
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
        let line = format!("run `cargo add landlock-runtime --features {feature}`");
        assert_eq!(expansion.matches(&line).count(), 1, "{expansion}");
    }
    for place in ["thread", "in_place"] {
        assert!(!expand(&format!("#[sandbox(isolate = {place})] fn f() {{}}")).to_string().contains("if_"), "{place}");
    }
    let limits = "isolate = process, timeout = \"5 s\", memory = \"64 MiB\", stack = \"1 MiB\"";
    assert_eq!(errors(&format!("#[sandbox({limits})] fn f() {{}}")), 0, "nothing is wrong but the feature, if that");
}

#[test]
fn keys_of_several_rights_are_described_by_them() {
    let described = |rights: &[&str]| rights.iter().map(|right| format!("`{right}`")).collect::<Vec<_>>().join(", ");
    for name in ["read", "write", "exec", "connect_unix"] {
        let key = keys::Key::named(name).expect("it is a key");
        assert!(key.meaning.starts_with(&described(&key.rights())), "{name}: {}", key.meaning);
    }
    for key in keys::KEYS.iter().filter(|key| key.kind == keys::Kind::Paths) {
        assert!(key.rights().iter().all(|right| vocabulary::RIGHTS.iter().any(|(name, _)| name == right)), "{key:?}");
    }
}

#[test]
fn values_are_shown_as_one_writes_them() {
    for value in [
        "landlock_runtime::presets::dns()",
        "\"a :: b\"",
        "[\"/etc\", ..roots, optional(path)]",
        "8000..=8010",
        "..more()",
        "-1",
        "&config.paths[0]",
        "format!(\"{x}\", y)",
        "a + b",
        "x as u16",
        "path?",
    ] {
        assert_eq!(text(&tokens(value)), value);
    }
}

#[test]
fn two_values_with_nothing_between_them_are_seen_and_no_others() {
    let errors = |value: &str| errors(&format!("#[sandbox(read = {value})] fn f() {{}}"));
    for two in ["a b", "\"/a\" \"/b\"", "a \"/b\"", "f() b", "x[0] y", "[a b]", "[\"/a\", \"/b\" c]"] {
        assert_eq!(errors(two), 1, "{two}");
    }
    for one in [
        "if a { b } else { c }",
        "match a { _ => b }",
        "x as &str",
        "unsafe { a }",
        "move || a",
        "&mut a",
        "&raw const a",
        "loop { break 'a b }",
        "for<'a> |x: &'a str| x",
        "<A as B>::c()",
        "async move { a }",
        "return x",
        "a.await",
        "*a",
        "b'x'",
    ] {
        assert_eq!(errors(one), usize::from(one.starts_with("b'")), "{one}");
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
