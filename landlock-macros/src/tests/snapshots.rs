//! Whole expansions, beside what they come from. `BLESS=1` writes them anew; then each is to be read as hand-written code.

use super::{expand, taken};
use proc_macro2::TokenStream;
use std::path::Path;

fn expansion(source: &str, tokens: TokenStream) -> String {
    let file: syn2::File = syn2::parse2(tokens).expect("an expansion is Rust");
    let commented: Vec<_> = source.lines().map(|line| format!("// {}", line.trim())).collect();
    format!("{}\n\n{}", commented.join("\n"), prettyplease::unparse(&file))
}

fn check(name: &str, source: &str) {
    check_tokens(name, source, taken(expand(source)));
}

fn check_tokens(name: &str, source: &str, tokens: TokenStream) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/snapshots").join(name).with_extension("rs");
    let expansion = expansion(source, tokens);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &expansion).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expansion, expected, "the expansion of `{name}` changed: read it, then bless it with BLESS=1");
}

#[test]
fn main() {
    check("main", r#"#[sandbox(read = "/etc", net_connect = 443)] fn main() -> anyhow::Result<()> { serve() }"#);
}

#[test]
fn main_above_tokio() {
    check(
        "main_above_tokio",
        r#"#[sandbox(net_bind = port(), require = [fs, tcp, abi(4)])] #[tokio::main(flavor = "current_thread")] #[allow(dead_code)] async fn main() -> Result<(), Error> { serve().await }"#,
    );
}

#[test]
fn thread() {
    check("thread", "#[sandbox(read = path)] pub fn parse(path: &Path) -> io::Result<Meta> { read(path)?.parse() }");
}

#[test]
fn thread_of_every_parameter() {
    check(
        "thread_of_every_parameter",
        r#"#[sandbox(read = [dir, optional("/opt/share"), ..roots, ..more()], stack = "1 MiB", on_error = exit(3))]
        fn walk<'a, const N: usize>(&'a mut self, mut dir: PathBuf, roots: &[PathBuf], (a, Point { x, y: mut z }): Pair,
            _: Secret, last: [u8; N]) -> impl AsRef<[u8]> + use<'a, N> where Self: Sized
        { #![allow(unused)] body() }"#,
    );
}

#[test]
fn thread_without_arguments() {
    check("thread_without_arguments", "#[sandbox] fn nothing() { work() }");
}

#[test]
fn in_place() {
    check(
        "in_place",
        "#[sandbox(isolate = in_place, include = presets::dns(), unrestricted = [signal, refer])]
        fn worker(jobs: Receiver<Job>) { #![allow(unused)] for job in jobs { job.run() } }",
    );
}

#[test]
fn parameter_under_a_condition() {
    check(
        "parameter_under_a_condition",
        "#[sandbox(read = dir)] #[must_use] fn walk(dir: PathBuf, #[cfg(unix)] #[allow(unused)] depth: u8) -> usize { 1 }",
    );
}

#[test]
fn pool() {
    check(
        "pool",
        r#"#[sandbox(isolate = pool(workers = 2), read = ["/etc", optional("~/.config")], stack = "64 MiB")]
        pub fn parse(text: &str, depth: u8) -> Result<Document, ParseError> { text.parse() }"#,
    );
}

#[test]
fn process() {
    check(
        "process",
        r#"#[sandbox(isolate = process, read = path, timeout = "5 s", memory = "256 MiB")]
        pub fn decode(path: &Path, (width, mut height): (u32, u32), _hint: &str) -> io::Result<Image> { Image::open(path, &mut height) }"#,
    );
}

#[test]
fn process_of_a_method() {
    check(
        "process_of_a_method",
        "#[sandbox(isolate = process, read = self.root)]
        unsafe fn walk<'a, T: Visit<Self>, const N: usize>(&self, mut visit: T, depths: &'a [u8; N], _: Hint) -> usize { visit.all(self) }",
    );
}

#[test]
fn process_used_again() {
    check(
        "process_used_again",
        r#"#[sandbox(isolate = process(reuse, workers = 4, max_calls = 1000), read = "/usr/share/fonts", timeout = "100 ms")]
        fn shape(text: String) -> Vec<Glyph> { #![allow(unused)] rustybuzz(&text) }"#,
    );
}

#[test]
fn process_used_again_of_a_method() {
    check("process_used_again_of_a_method", "#[sandbox(isolate = process(reuse))] fn nothing(self) { work(self) }");
}

#[test]
fn test_below_executor() {
    check(
        "test_below_executor",
        "#[sandbox(crate = rt::sandboxing, read = \"/etc\")] #[allow(unused)] #[tokio::test] #[should_panic]
        async fn fetches() { #![allow(unused)] work().await }",
    );
}

#[test]
fn mistake() {
    check("mistake", "#[sandbox(raed = path, net_connect = 65979)] fn parse(path: &Path) -> usize { 1 }");
}

#[test]
#[cfg(feature = "landlockconfig")]
fn landlockconfig() {
    let arguments: TokenStream = "\"src/tests/snapshots/landlockconfig.json\"".parse().expect("the case is Rust");
    let expression = crate::landlockconfig::landlockconfig(arguments.clone());
    let function = quote::quote!(fn policy() -> Policy { #expression });
    check_tokens("landlockconfig", &format!("landlockconfig!({arguments})"), function);
}
