//! Calls elsewhere.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
use landlock_runtime::sandbox;
use std::fmt::Display;
use std::path::Path;

fn main() -> std::io::Result<()> {
    assert_eq!(pooled("one", 2, (3, 4), b"unused"), "one 9");
    assert_eq!(one_line::thread() + one_line::thread_with(1) + one_line::pool(), 3);
    assert_eq!(std::thread::spawn(one_line::in_place).join().ok(), Some(1));
    assert_eq!(shapes::<3, _>("two", [1; 3], (3, 4), 5, b"unused"), "two 15");
    assert_eq!(again("three".to_owned(), "unused"), Some("three!".to_owned()));
    let counter = Counter { from: 40 };
    assert_eq!(counter.add::<_, 2>(1_u8, 1, &[1; 2], "unused"), 43);
    assert_eq!(Counter::new(7).get(), 7);
    assert_eq!(Box::new(Counter::new(7)).consumed(), 8);
    // SAFETY: it does nothing that would need any.
    assert_eq!(unsafe { (counter.risky(1), c_abi(2)) }, (41, 3));
    println!("{}", lines(Path::new("/etc/passwd"))?);
    Ok(())
}

/// An item within, `mut`, and arguments with no use.
#[sandbox(isolate = pool(workers = 2), read = "/etc", stack = "1 MiB")]
fn pooled(text: &str, mut one: u8, (two, three): (u8, u8), _unused: &[u8]) -> String {
    const NOTHING: u8 = 0;
    one += NOTHING + two + three;
    format!("{text} {one}")
}

/// Bodies on one line: their braces are not the user's to remove.
mod one_line {
    use landlock_runtime::sandbox;

    #[sandbox]
    pub fn thread() -> u8 { std::hint::black_box(1) }

    #[sandbox(read = "/etc")]
    pub fn thread_with(one: u8) -> u8 { std::hint::black_box(one) }

    #[sandbox(isolate = in_place)]
    pub fn in_place() -> u8 { std::hint::black_box(1) }

    #[sandbox(isolate = pool)]
    pub fn pool() -> u8 { std::hint::black_box(1) }

    #[allow(dead_code)]
    #[sandbox]
    fn main() { std::hint::black_box(thread()); }

    #[allow(dead_code)]
    pub mod value {
        #[landlock_runtime::sandbox]
        fn main() -> u8 { std::hint::black_box(1) }
    }
}

#[sandbox(isolate = process, read = dir, timeout = "1 min", memory = "4 GiB", stack = "1 MiB")]
fn lines(dir: &Path) -> std::io::Result<usize> { Ok(std::fs::read_to_string(dir)?.lines().count()) }

/// Generics of every kind, a lifetime that is named, `mut` in a pattern, and arguments with no use.
#[sandbox(isolate = process)]
#[must_use]
pub fn shapes<'a, const N: usize, T>(text: &'a str, all: [T; N], (two, mut three): (u8, u8), mut one: u8, _unused: &'a [u8]) -> String
where
    T: Into<u8>,
    [T; N]: serde::Serialize + serde::de::DeserializeOwned,
{
    for item in all {
        three += item.into();
    }
    one += two + three;
    format!("{text} {one}")
}

#[sandbox(isolate = process(reuse, workers = 1, max_calls = 2), read = ["/etc", optional("~/missing")])]
fn again(mut text: String, _unused: &str) -> Option<String> {
    text.push('!');
    Some(text)
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[allow(clippy::unsafe_derive_deserialize)]
struct Counter {
    from: u32,
}

impl Counter {
    #[sandbox(isolate = process)]
    fn new(from: u32) -> Self { Self { from } }

    #[sandbox(isolate = process(reuse))]
    fn get(&self) -> u32 { self.from }

    #[sandbox(isolate = process)]
    fn consumed(self: Box<Self>) -> u32 { self.from + 1 }

    /// A generic that only the call says, `mut`, `_`, and an argument with no use.
    #[sandbox(isolate = process, read = ["/etc", optional(dir())])]
    fn add<T: Into<u32> + serde::Serialize + serde::de::DeserializeOwned, const N: usize>(&self, one: T, mut two: u32, _: &[u8], _unused: &str) -> u32 {
        two += u32::try_from(N).unwrap_or_default() - 1;
        self.from + one.into() + two
    }

    #[sandbox(isolate = process)]
    unsafe fn risky(&self, more: u32) -> u32 { self.from + more }
}

fn dir() -> &'static Path { Path::new("/usr") }

#[sandbox(isolate = process)]
unsafe extern "C" fn c_abi(one: u32) -> u32 { one + 1 }

/// What can be displayed.
#[sandbox(isolate = process)]
pub fn shown(what: impl Display + serde::Serialize + serde::de::DeserializeOwned) -> String { what.to_string() }
