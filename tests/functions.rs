//! `#[sandbox]` on functions: the call is restricted, its caller is not, and everything else is as without the attribute.

use landlock_runtime::{Policy, presets, sandbox, status, testing};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io, thread};

/// Whether the two directories can be listed: the granted one, and another that a sandbox denies.
fn lists() -> (bool, bool) {
    (fs::read_dir("/usr").is_ok(), fs::read_dir("/etc").is_ok())
}

const INSIDE: (bool, bool) = (true, false);
const OUTSIDE: (bool, bool) = (true, true);

#[sandbox(read = "/usr")]
fn inside() -> (bool, bool) {
    lists()
}

#[test]
fn the_call_is_restricted_and_the_caller_is_not() {
    assert_eq!(lists(), OUTSIDE);
    assert_eq!(inside(), INSIDE);
    assert_eq!(lists(), OUTSIDE);
    assert_eq!(status().layers().count(), 0);
}

#[sandbox(read = path)]
fn lines(path: &Path) -> io::Result<usize> {
    let text = fs::read_to_string(path)?;
    fs::read_dir("/usr").map(drop).expect_err("only the argument is granted");
    Ok(text.lines().count())
}

#[test]
fn values_and_errors_come_back() {
    assert!(lines(Path::new("/etc/passwd")).is_ok_and(|lines| lines > 0));
    let missing = lines(Path::new("/etc/missing")).expect_err("the path is missing");
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    assert_eq!(missing.to_string(), "\"/etc/missing\": No such file or directory (os error 2)", "what a user reads");
    let number = landlock_runtime::Error::of(&missing).and_then(landlock_runtime::Error::raw_os_error);
    assert_eq!(number, Some(2));
    let text = format!("{missing:#}");
    assert!(text.starts_with("functions::lines (tests/functions.rs:"), "{text}");
    assert!(text.contains("read = \"/etc/missing\": No such file or directory"), "{text}");
    let own = lines(Path::new("/etc")).expect_err("a directory is not text");
    assert_eq!(own.kind(), io::ErrorKind::IsADirectory, "an error of the body stays what it is");
}

#[sandbox(read = "/missing")]
fn cannot_fail() -> usize {
    unreachable!("the body does not run")
}

#[test]
fn without_a_result_an_error_panics() {
    let payload = thread::spawn(cannot_fail).join().expect_err("the path is missing");
    let text = payload.downcast_ref::<String>().expect("a message");
    assert!(text.contains("functions::cannot_fail") && text.contains("read = \"/missing\""), "{text}");
}

#[derive(Debug)]
struct Mine(String);

impl From<landlock_runtime::Error> for Mine {
    fn from(error: landlock_runtime::Error) -> Mine {
        Mine(error.to_string())
    }
}

#[sandbox(read = "/missing")]
fn fails_with_mine() -> Result<impl AsRef<[u8]> + std::fmt::Debug, Mine> {
    Ok([1])
}

#[test]
fn an_error_becomes_the_function_s_own() {
    let error = fails_with_mine().expect_err("the path is missing");
    assert!(error.0.contains("/missing"));
}

struct Walker<T> {
    root: PathBuf,
    found: Vec<T>,
}

trait Walk {
    fn walk(&mut self, name: &str) -> usize;
    fn finish(self) -> (bool, bool);
}

impl<T: Send + Sync + Clone> Walker<T> {
    #[sandbox(read = self.root)]
    fn first<'a>(&'a self, other: &'a [T]) -> Option<&'a T> {
        assert_eq!(lists(), INSIDE);
        other.first().or(self.found.first())
    }

    #[sandbox(read = [&self.root, Path::new("/etc")])]
    fn shared(self: &std::sync::Arc<Self>) -> (bool, bool) {
        lists()
    }
}

impl Walk for Walker<String> {
    #[sandbox(read = self.root)]
    fn walk(&mut self, name: &str) -> usize {
        assert_eq!(lists(), INSIDE);
        self.found.push(name.to_owned());
        self.found.len()
    }

    #[sandbox(read = self.root)]
    fn finish(self) -> (bool, bool) {
        drop(self.found);
        lists()
    }
}

#[test]
fn methods_keep_their_receivers_and_lifetimes() {
    let mut walker = Walker { root: "/usr".into(), found: vec!["one".to_owned()] };
    assert_eq!(walker.walk("two"), 2);
    assert_eq!(walker.first(&[]), Some(&"one".to_owned()));
    assert_eq!(walker.finish(), INSIDE);
    assert_eq!(std::sync::Arc::new(Walker { root: "/usr".into(), found: vec![0] }).shared(), OUTSIDE);
}

#[sandbox(read = dir)]
fn generic<const N: usize, R: Send>(dir: impl AsRef<Path> + Send, work: impl FnOnce([u8; N]) -> R + Send) -> R {
    work([7; N])
}

#[sandbox(read = ["/usr", optional("/missing"), ..more, ..Some("/bin")])]
fn patterns((a, mut b): (u32, u32), [c, ..]: [u32; 3], mut d: Vec<u32>, more: &[PathBuf]) -> Vec<u32> {
    assert_eq!(lists(), INSIDE);
    assert!(fs::read_dir("/bin").is_ok() && fs::read_dir("/lib").is_ok());
    b += 1;
    d.extend([a, b, c]);
    d
}

#[test]
fn generics_and_patterns_are_as_without() {
    assert_eq!(generic("/usr", |bytes: [u8; 3]| (bytes.len(), lists())), (3, INSIDE));
    assert_eq!(generic(PathBuf::from("/etc"), |_: [u8; 1]| lists()), (false, true), "the same site, another policy");
    assert_eq!(patterns((1, 2), [3, 4, 5], vec![0], &["/lib".into()]), [0, 1, 3, 3]);
}

/// Says what it could list when it was dropped.
struct Witness<'a>(&'a AtomicU32);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(if lists() == INSIDE { 1 } else { 100 }, Ordering::SeqCst);
    }
}

#[sandbox(read = "/usr")]
fn drops<'a>(_: Witness<'a>, _named: Witness<'a>, (_pair, _): (Witness<'a>, u8)) {}

#[test]
fn arguments_that_the_body_never_names_are_dropped_inside() {
    let dropped = AtomicU32::new(0);
    drops(Witness(&dropped), Witness(&dropped), (Witness(&dropped), 0));
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
}

struct Pair<'a> {
    named: Witness<'a>,
    _other: Witness<'a>,
}

#[sandbox(read = "/usr")]
fn drops_parts<'a>(
    (_one, _): (Witness<'a>, Witness<'a>),
    Pair { named: _two, .. }: Pair<'a>,
    [_three, ..]: [Witness<'a>; 2],
    ref _four: Witness<'a>,
    (_, (..)): (Witness<'a>, (Witness<'a>, u8)),
) {
}

/// The text of the policy has the name in it, and does not use it.
#[sandbox(read = ["/usr", optional("/a")])]
fn returns_a_part<'a>((a, _): (Witness<'a>, Witness<'a>), (text, _): &'a (String, u8)) -> (Witness<'a>, &'a str) {
    (a, text)
}

#[test]
fn parts_of_arguments_that_a_pattern_does_not_name_are_dropped_inside() {
    let dropped = AtomicU32::new(0);
    let witness = || Witness(&dropped);
    drop(witness());
    assert_eq!(dropped.swap(0, Ordering::SeqCst), 100, "outside");
    let pair = Pair { named: witness(), _other: witness() };
    drops_parts((witness(), witness()), pair, [witness(), witness()], witness(), (witness(), (witness(), 0)));
    assert_eq!(dropped.swap(0, Ordering::SeqCst), 9);
    let text = ("text".to_owned(), 0);
    let (returned, part) = returns_a_part((witness(), witness()), &text);
    assert_eq!((dropped.swap(0, Ordering::SeqCst), part), (1, "text"));
    drop(returned);
    assert_eq!(dropped.load(Ordering::SeqCst), 100, "what is returned is dropped outside");
}

/// The policy uses names of the patterns: these are taken apart before the call.
#[expect(non_snake_case)]
#[sandbox(read = [Path::new(dir), Path::new(&format!("/{other}")), Path::new(BIN)])]
fn used_by_the_policy(
    (dir, _): (&str, Witness<'_>),
    (other, _): (&str, u8),
    (BIN, _): (&str, u8),
) -> ((bool, bool), [bool; 2]) {
    (lists(), ["/lib", "/bin"].map(|dir| fs::read_dir(dir).is_ok()))
}

#[test]
fn the_policy_may_use_a_part_of_an_argument() {
    let dropped = AtomicU32::new(0);
    let found = used_by_the_policy(("/usr", Witness(&dropped)), ("lib", 0), ("/bin", 0));
    assert_eq!(found, (INSIDE, [true, true]));
    assert_eq!(dropped.load(Ordering::SeqCst), 100, "the rest of the argument stays outside");
}

#[sandbox]
fn panics(payload: Box<dyn std::any::Any + Send>) {
    std::panic::resume_unwind(payload)
}

#[sandbox(read = "/usr")]
fn panics_with(payload: Witness<'static>) {
    std::panic::panic_any(payload)
}

#[sandbox(read = "/usr")]
fn sets_a_thread_local(value: Witness<'static>) {
    thread_local!(static VALUE: std::cell::Cell<Option<Witness<'static>>> = const { std::cell::Cell::new(None) });
    VALUE.set(Some(value));
}

#[test]
fn a_payload_is_dropped_outside_and_a_thread_local_inside() {
    static PAYLOAD: AtomicU32 = AtomicU32::new(0);
    static THREAD_LOCAL: AtomicU32 = AtomicU32::new(0);
    drop(std::panic::catch_unwind(|| panics_with(Witness(&PAYLOAD))).expect_err("it panics"));
    assert_eq!(PAYLOAD.load(Ordering::SeqCst), 100, "outside");
    sets_a_thread_local(Witness(&THREAD_LOCAL));
    assert_eq!(THREAD_LOCAL.load(Ordering::SeqCst), 1, "inside");
}

#[sandbox]
fn thread_name() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

#[test]
fn panics_and_thread_names_go_through() {
    let payload = std::panic::catch_unwind(|| panics(Box::new(42_u8))).expect_err("it panics");
    assert_eq!(payload.downcast_ref(), Some(&42_u8));
    let named = thread::Builder::new().name("parser".to_owned()).spawn(thread_name).expect("a thread starts");
    assert_eq!(named.join().expect("it ends").as_deref(), Some("parser"));
}

#[sandbox(read = "/usr")]
fn depth(left: u32) -> usize {
    if left == 0 { status().layers().count() } else { depth(left - 1) }
}

#[test]
fn recursion_under_an_equal_policy_adds_two_layers_at_most() {
    assert_eq!((depth(0), depth(1), depth(40)), (1, 2, 2));
}

#[sandbox(stack = "64 MiB")]
fn deep(left: u32) -> u64 {
    fn recurse(left: u32) -> u64 {
        let page = std::hint::black_box([u64::from(left); 512]);
        if left == 0 { 0 } else { recurse(left - 1) + page[0].min(1) }
    }
    recurse(left)
}

#[test]
fn the_stack_is_as_large_as_it_says() {
    assert_eq!(deep(8000), 8000, "32 MiB of frames");
}

/// The least that the attribute takes.
#[sandbox(stack = "64 KiB", read = path)]
fn on_the_least_stack(path: &Path, line: usize) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    let line = text.lines().nth(line).expect("there are fewer lines");
    Ok(format!("{path:?}: {line:?}"))
}

#[test]
fn the_least_stack_is_enough_for_a_small_body() {
    let path = Path::new("/etc/passwd");
    assert!(on_the_least_stack(path, 0).is_ok_and(|line| line.starts_with("\"/etc/passwd\": ")));
    let missing = on_the_least_stack(Path::new("/etc/missing"), 0).expect_err("the path is missing");
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    let payload = thread::spawn(|| on_the_least_stack(path, usize::MAX)).join().expect_err("it panics");
    assert!(payload.downcast_ref::<String>().is_some_and(|text| text.starts_with("there are fewer lines")));
}

#[sandbox(isolate = in_place, read = ["/usr", ..roots])]
fn worker(roots: &[PathBuf], jobs: &std::sync::mpsc::Receiver<()>) -> Vec<(bool, bool)> {
    jobs.iter().map(|()| lists()).collect()
}

#[test]
fn in_place_restricts_the_thread_that_calls_for_good() {
    let (send, jobs) = std::sync::mpsc::channel();
    let restricted = thread::spawn(move || (worker(&[], &jobs), lists(), status().layers().count()));
    for _ in 0..2 {
        send.send(()).expect("the worker listens");
    }
    drop(send);
    assert_eq!(restricted.join().expect("it ends"), (vec![INSIDE, INSIDE], INSIDE, 1));
    assert_eq!(lists(), OUTSIDE);
}

#[sandbox(isolate = in_place, read = "/usr")]
fn later() -> Box<dyn FnOnce() -> (bool, bool)> {
    Box::new(lists)
}

#[test]
fn in_place_may_return_what_acts_later_for_its_thread_stays_restricted() {
    let restricted = thread::spawn(|| later()());
    assert_eq!(restricted.join().expect("it ends"), INSIDE);
    assert_eq!(lists(), OUTSIDE);
}

#[sandbox(read = "/usr")]
fn plain() -> (bool, bool) {
    lists()
}

#[tokio::test]
async fn an_async_fn_calls_a_plain_one_that_is_sandboxed() {
    let calls_plain = async || [plain(), lists()];
    assert_eq!(calls_plain().await, [INSIDE, OUTSIDE]);
}

fn next(order: &AtomicU32, expected: u32) -> &'static str {
    assert_eq!(order.fetch_add(1, Ordering::SeqCst), expected, "in order, once");
    assert_eq!(lists(), OUTSIDE, "before anything is restricted");
    "/usr"
}

#[sandbox(read = [next(order, 0), next(order, 1)], write = next(order, 2))]
fn evaluated(order: &AtomicU32) -> (bool, bool) {
    lists()
}

#[test]
fn expressions_are_evaluated_once_in_order_and_unrestricted() {
    let order = AtomicU32::new(0);
    assert_eq!(evaluated(&order), INSIDE);
    assert_eq!(order.load(Ordering::SeqCst), 3);
}

#[sandbox(net_connect = [port, ..others.iter().copied()], include = [presets::dns(), shared], require = fs)]
fn connect(port: u16, others: &[u16], shared: &Policy, to: u16) -> io::Result<()> {
    fs::read_dir("/usr")?;
    TcpStream::connect(("127.0.0.1", to)).map(drop)
}

#[test]
fn ports_and_policies_are_expressions_too() {
    if !testing::require_abi(4) {
        return;
    }
    let listeners = [0; 3].map(|_| TcpListener::bind("127.0.0.1:0").expect("a port is free"));
    let ports = listeners.each_ref().map(|listener| listener.local_addr().expect("it is bound").port());
    let shared = Policy::new().read("/usr");
    for (to, allowed) in [(ports[0], true), (ports[1], true), (ports[2], false)] {
        assert!(TcpStream::connect(("127.0.0.1", to)).is_ok(), "the target is live");
        let outcome = connect(ports[0], &[ports[1]], &shared, to).map_err(|error| error.kind());
        assert_eq!(outcome, if allowed { Ok(()) } else { Err(io::ErrorKind::PermissionDenied) });
    }
}

macro_rules! reader {
    ($name:ident, $path:literal, $other:expr, $body:block) => {
        #[sandbox(read = [$path, $other])]
        fn $name() -> (bool, bool) $body
    };
}
reader!(from_a_macro, "/usr", Path::new("/lib"), { lists() });

#[test]
fn fragments_of_macros_are_values() {
    assert_eq!(from_a_macro(), INSIDE);
}

#[test]
#[sandbox(read = "/usr")]
fn a_test_can_be_sandboxed() {
    assert_eq!(lists(), INSIDE);
}

#[sandbox(read = "/usr")]
#[tokio::test]
async fn a_test_of_an_executor_can_be_sandboxed_above() {
    assert_eq!(lists(), INSIDE);
}

#[tokio::test]
#[sandbox(read = "/usr")]
async fn a_test_of_an_executor_can_be_sandboxed_below() {
    assert_eq!(lists(), INSIDE);
}
