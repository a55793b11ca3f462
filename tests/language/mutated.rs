//! Token streams at random: attributes and functions, good and bad ones, with tokens swapped, removed, doubled, replaced
//! and taken over from one another. Each goes through the macro, which must neither panic nor lose the item.

use fastrand::Rng;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of the mutants.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    pub(crate) expanded: u64,
    pub(crate) refused: u64,
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} expanded, {} refused", self.expanded, self.refused)
    }
}

const ARGUMENTS: &[&str] = &[
    r#"read = "/etc", net_connect = 443"#,
    r#"read = [path, optional("/opt"), ..roots, ..more()], write = ensure_dir("~/.cache/app")"#,
    r#"exec = ["/usr", nofollow("/bin"), fd(&file)], connect_unix = "/run/x", make_reg = "$HOME/x""#,
    "net_bind = [0, 8000..=8010, port, ..ports], udp_connect = 53, bind_udp = 0, connect_tcp = a..=b",
    "unrestricted = [tcp, signal, refer], require = [fs, abi(3), threads], include = [presets::dns(), other]",
    "abi = 6, threads = new, no_new_privs = false, log = log(new_exec = true, same_exec = false), crate = ::rt",
    r#"quiet = quiet(rights = [read_file, fs], paths = ["/proc", optional(p)], ports = 1..=2, scopes = signal)"#,
    r#"isolate = in_place, stack = "16 MiB", on_error = exit(3)"#,
    r#"isolate = thread, on_error = return, require = none, read = if x { "/a" } else { "/b" }"#,
    r#"isolate = process, read = path, timeout = "5 s", memory = "256 MiB", stack = "1 MiB", crate = $crate::rt"#,
    r#"isolate = process(reuse, workers = 2, max_calls = 1000), read = ["/etc", path], memory = "1 GiB""#,
    r#"isolate = pool(workers = 4), include = [policy(), Self::policy::<T>()], on_error = panic, timeout = "1 h""#,
    r#"isolate = pool, read = "/usr", stack = "64 MiB""#,
    r#"raed = "relative", net_connect = "https://example.org:443", read_write = "/a/../b", deny = x"#,
    r#"read = b"/etc", net_bind = 70000, abi = 11, stack = "16 parsecs", read = "/a", read = "/b", , "/x""#,
    r#"read = "/a/$", write = "${x", exec = "~root", net_connect = -1, require = abi(0), threads("new"), fs"#,
    "read = <Vec<A, B> as C<D>>::f::<E, F>(1), write = x < y, exec = |a: B<C>| -> D { a }",
    "",
];

const ITEMS: &[&str] = &[
    "fn main() {}",
    "fn main() -> Result<(), Error> { #![allow(x)] serve()?; Ok(()) }",
    "#[tokio::main(flavor = \"x\")] #[allow(dead_code)] async fn main() -> ! { loop {} }",
    "#[allow(x)] #[tokio::test] async fn test() { work().await }",
    "pub(crate) unsafe extern \"C\" fn f<'a, const N: usize, T: Fn(A) -> B>(&'a mut self, mut x: [T; N]) where T: 'a {}",
    "fn f((a, Point { x, y: mut z }): P, _: Q, [b, ..]: &[u8], #[cfg(unix)] r#type: impl Trait<A, B>) -> impl C {}",
    "pub const fn f(self: &Arc<Self>, ..) -> ::std::result::Result<A, B<{ 1 + 1 }>> { 1 }",
    "#[track_caller] fn f<T>(x: <T as A>::B) -> Option<T> where T: A<B = C> { x }",
    "fn f(&self, mut path: PathBuf, _: u8, #[cfg(unix)] #[cfg(x)] last: &'a [u8]) -> io::Result<Vec<T>> { self.g(path)? }",
    "unsafe fn f<'a, T: A<B>, const N: usize>(self: Box<Self>, x: &'a mut [T; N], path: impl AsRef<Path>) -> Self { g(x) }",
    "fn f(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, (l, m): L) { println!(\"{a}\") }",
    "struct Item { field: u8 }",
    "impl Item { fn f(&self); }",
    "fn f();",
    "async fn f(x: u8) -> u8 { x }",
    "#[sandbox] #[sandbox(read = \"/\")] fn main() { }",
    "fn r#fn(A | B(c): D, ref e @ ..: F) -> <A as B>::Result<C> { format!(\"{c}\") }",
    "",
];

/// Tokens that mean something somewhere.
const WORDS: [&str; 59] = [
    "read",
    "write",
    "read_write",
    "exec",
    "net_connect",
    "net_bind",
    "udp_connect",
    "include",
    "unrestricted",
    "require",
    "isolate",
    "stack",
    "on_error",
    "abi",
    "threads",
    "no_new_privs",
    "log",
    "quiet",
    "crate",
    "fs",
    "tcp",
    "all",
    "none",
    "new",
    "thread",
    "in_place",
    "pool",
    "process",
    "reuse",
    "workers",
    "max_calls",
    "timeout",
    "memory",
    "exit",
    "panic",
    "optional",
    "ensure_dir",
    "fd",
    "nofollow",
    "true",
    "false",
    "fn",
    "self",
    "mut",
    "ref",
    "async",
    "const",
    "unsafe",
    "extern",
    "impl",
    "where",
    "main",
    "_",
    "r#fn",
    "Result",
    "Self",
    "cfg",
    "path",
    "T",
];

/// Tries this many, and panics with the first that goes wrong.
pub(crate) fn try_all(mutants: u64) -> Tried {
    let parse = |source: &&str| source.parse::<TokenStream>().expect("the corpus is Rust");
    let arguments: Vec<TokenStream> = ARGUMENTS.iter().map(parse).collect();
    let items: Vec<TokenStream> = ITEMS.iter().map(parse).collect();
    let mut tried = Tried::default();
    for seed in 0..mutants {
        let mut rng = Rng::with_seed(seed);
        let item = mutant(&mut rng, &items, &arguments);
        // An attribute on an item that is as good as it was says more about the attribute.
        let item = if rng.bool() { items[rng.usize(..items.len())].clone() } else { item };
        let attribute = mutant(&mut rng, &arguments, &items);
        let shown = || format!("seed {seed}: #[sandbox({attribute})] {item}");
        let expansion = catch_unwind(AssertUnwindSafe(|| {
            (crate::pipeline::sandbox(&attribute, &item), crate::pipeline::policy(&attribute))
        }));
        let Ok((expansion, _)) = expansion else { panic!("it panicked: {}", shown()) };
        if is_refused(expansion.clone()) {
            assert!(holds(expansion, &item), "the item is lost: {}", shown());
            tried.refused += 1;
        } else {
            tried.expanded += 1;
        }
    }
    tried
}

fn is_refused(expansion: TokenStream) -> bool {
    let of_ours = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "compile_error");
    expansion.into_iter().any(|token| of_ours(&token))
}

/// Behind one attribute of ours, the whole item stands as it was.
fn holds(expansion: TokenStream, item: &TokenStream) -> bool {
    let mut kept = expansion.into_iter().skip(2);
    item.clone().into_iter().all(|token| kept.next().is_some_and(|kept| same(&kept, &token)))
}

fn same(one: &TokenTree, other: &TokenTree) -> bool {
    match (one, other) {
        (TokenTree::Group(one), TokenTree::Group(other)) => {
            let (mut ones, mut others) = (one.stream().into_iter(), other.stream().into_iter());
            one.delimiter() == other.delimiter()
                && ones.by_ref().zip(others.by_ref()).all(|(one, other)| same(&one, &other))
                && ones.next().is_none()
                && others.next().is_none()
        }
        (TokenTree::Punct(one), TokenTree::Punct(other)) => {
            one.as_char() == other.as_char() && one.spacing() == other.spacing()
        }
        (TokenTree::Ident(one), TokenTree::Ident(other)) => one == other,
        (TokenTree::Literal(one), TokenTree::Literal(other)) => one.to_string() == other.to_string(),
        _ => false,
    }
}

fn mutant(rng: &mut Rng, from: &[TokenStream], elsewhere: &[TokenStream]) -> TokenStream {
    let mut tokens: Vec<TokenTree> = from[rng.usize(..from.len())].clone().into_iter().collect();
    for _ in 0..rng.usize(..5) {
        let others = if rng.u8(..8) == 0 { elsewhere } else { from };
        let donor: Vec<TokenTree> = others[rng.usize(..others.len())].clone().into_iter().collect();
        mutate(rng, &mut tokens, &donor);
    }
    tokens.into_iter().collect()
}

/// One change, on this level or in a group below.
fn mutate(rng: &mut Rng, tokens: &mut Vec<TokenTree>, donor: &[TokenTree]) {
    let at = rng.usize(..=tokens.len());
    if let (Some(TokenTree::Group(group)), true) = (tokens.get(at), rng.u8(..4) > 0) {
        let mut inner: Vec<TokenTree> = group.stream().into_iter().collect();
        mutate(rng, &mut inner, donor);
        tokens[at] = Group::new(group.delimiter(), inner.into_iter().collect()).into();
        return;
    }
    match rng.u8(..8) {
        0 if at < tokens.len() => drop(tokens.remove(at)),
        1 if at < tokens.len() => tokens.insert(at, tokens[at].clone()),
        2 if at < tokens.len() => {
            let other = rng.usize(..tokens.len());
            tokens.swap(at, other);
        }
        3 if at < tokens.len() => tokens[at] = token(rng),
        4 if !donor.is_empty() => {
            let (from, many) = (rng.usize(..donor.len()), rng.usize(1..6));
            let taken: Vec<TokenTree> = donor.iter().skip(from).take(many).cloned().collect();
            tokens.splice(at..at, taken);
        }
        5 => {
            let end = rng.usize(at..=tokens.len());
            let inner = tokens.drain(at..end).collect();
            tokens.insert(at, Group::new(delimiter(rng), inner).into());
        }
        6 => tokens.truncate(at),
        _ => tokens.insert(at, token(rng)),
    }
}

fn delimiter(rng: &mut Rng) -> Delimiter {
    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None][rng.usize(..4)]
}

fn token(rng: &mut Rng) -> TokenTree {
    const PUNCTS: [char; 22] =
        ['=', ',', '.', ':', ';', '<', '>', '-', '&', '|', '!', '?', '#', '$', '@', '*', '+', '/', '%', '^', '~', '\''];
    match rng.u8(..5) {
        0 | 1 => {
            let word = WORDS[rng.usize(..WORDS.len())];
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        2 => literal(rng).into(),
        3 => {
            let spacing = if rng.bool() { Spacing::Joint } else { Spacing::Alone };
            Punct::new(PUNCTS[rng.usize(..PUNCTS.len())], spacing).into()
        }
        _ => Group::new(delimiter(rng), TokenStream::new()).into(),
    }
}

fn literal(rng: &mut Rng) -> Literal {
    const TEXTS: [&str; 22] = [
        "",
        "/",
        "/etc",
        "~",
        "~/",
        "~/x",
        "$",
        "$X",
        "${X}",
        "${",
        "..",
        "/a/../b",
        "443",
        "localhost:443",
        "8 MiB",
        "99999999999999999999 GiB",
        "5 s",
        "100 ms",
        "99999999999999999 h",
        "0 min",
        "\0",
        "\u{1f980}://\u{301}",
    ];
    match rng.u8(..12) {
        0 => Literal::i64_unsuffixed(rng.i64(-9..70_000)),
        1 => Literal::u128_suffixed(rng.u128(..)),
        2 => Literal::u16_suffixed(rng.u16(..)),
        3 => Literal::f64_unsuffixed(f64::from(rng.u16(..)) / 8.0),
        4 => Literal::character(rng.char(..)),
        5 => Literal::byte_string(TEXTS[rng.usize(..TEXTS.len())].as_bytes()),
        6 => Literal::c_string(c"/etc"),
        7 => "0xfffffffffffffffffffffffffffffffffff".parse().expect("a literal"),
        8 => "r##\"/raw\"##".parse().expect("a literal"),
        9 => Literal::i8_unsuffixed(-1),
        _ => Literal::string(TEXTS[rng.usize(..TEXTS.len())]),
    }
}
