//! Every kind of value and of error, as it comes back.

use crate::support::{Listed, lists};
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

pub(crate) const CASES: &[Case] = &[
    case!(values),
    case!(paths_and_text),
    case!(errors_of_the_system),
    case!(errors_of_any_kind),
    case!(errors_by_serde),
    case!(errors_that_are_text),
    case!(open_files),
    case!(early_returns),
    case!(on_error_decides),
];

#[sandbox(isolate = process)]
fn unit() {}

#[sandbox(isolate = process(reuse, workers = 1))]
fn optional(depth: u8) -> Option<Option<u8>> {
    match depth {
        0 => None,
        1 => Some(None),
        _ => Some(Some(depth)),
    }
}

#[sandbox(isolate = process)]
fn many() -> (f64, String, Vec<Option<i16>>, Result<u8, String>) {
    (f64::MIN_POSITIVE, "ß".to_owned(), vec![None, Some(-1)], Err("inner".to_owned()))
}

/// A name that is no UTF-8 is one all the same.
#[sandbox(isolate = process)]
fn path(fails: bool) -> io::Result<PathBuf> {
    odd_path(fails)
}

#[sandbox(isolate = process)]
fn path_or_text(fails: bool) -> Result<PathBuf, Shown> {
    odd_path(fails).map_err(|error| Shown(error.to_string()))
}

fn odd_path(fails: bool) -> io::Result<PathBuf> {
    if fails { Err(io::ErrorKind::NotFound.into()) } else { Ok(OsStr::from_bytes(b"/not \xff UTF-8").into()) }
}

#[sandbox(isolate = process)]
fn bytes() -> Vec<u8> {
    vec![0, 255]
}

#[sandbox(isolate = process)]
fn text(fails: bool) -> Result<String, Fault> {
    if fails { Err(Fault::At { line: 1 }) } else { Ok("ß".to_owned()) }
}

fn paths_and_text(_: &Scratch) -> Verdict {
    let odd = Path::new(OsStr::from_bytes(b"/not \xff UTF-8"));
    assert_eq!((path(false)?.as_path(), bytes()), (odd, vec![0, 255]));
    assert_eq!(path(true).expect_err("it fails").kind(), io::ErrorKind::NotFound);
    assert!(path_or_text(false).is_ok_and(|path| path == odd) && path_or_text(true).is_err());
    assert_eq!((text(false), text(true)), (Ok("ß".to_owned()), Err(Fault::At { line: 1 })));
    Ok(())
}

fn values(_: &Scratch) -> Verdict {
    unit();
    assert_eq!([0, 1, 2].map(optional), [None, Some(None), Some(Some(2))]);
    assert_eq!(many(), (f64::MIN_POSITIVE, "ß".to_owned(), vec![None, Some(-1)], Err("inner".to_owned())));
    Ok(())
}

#[sandbox(isolate = process, read = "/usr")]
fn reads(path: &Path) -> io::Result<usize> {
    Ok(fs::read(path)?.len())
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn fails(kind: u8) -> io::Result<()> {
    let kinds = [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof, io::ErrorKind::OutOfMemory];
    Err(io::Error::new(kinds[usize::from(kind)], "own words"))
}

fn errors_of_the_system(_: &Scratch) -> Verdict {
    for (path, errno) in [("/usr/missing", libc::ENOENT), ("/usr", libc::EISDIR), ("/etc/passwd", libc::EACCES)] {
        let (inside, same) = (reads(Path::new(path)).expect_err("it fails"), io::Error::from_raw_os_error(errno));
        assert_eq!((inside.raw_os_error(), inside.kind()), (Some(errno), same.kind()));
        assert_eq!(inside.to_string(), same.to_string());
    }
    assert!(fs::read("/etc/passwd").is_ok());
    for (at, kind) in
        [(0, io::ErrorKind::InvalidData), (1, io::ErrorKind::UnexpectedEof), (2, io::ErrorKind::OutOfMemory)]
    {
        let error = fails(at).expect_err("it fails");
        assert_eq!((error.kind(), error.to_string(), error.raw_os_error()), (kind, "own words".to_owned(), None));
    }
    Ok(())
}

/// As `anyhow::Error`: made from every error, and none itself.
struct Any(Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Any {
    fn from(error: E) -> Any {
        Any(error.into())
    }
}

impl From<Any> for Box<dyn Error + Send + Sync> {
    fn from(any: Any) -> Self {
        any.0
    }
}

/// An error with a source.
#[derive(Debug)]
struct Outer(io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[sandbox(isolate = process)]
fn any(path: &Path) -> Result<String, Any> {
    Ok(fs::read_to_string(path).map_err(Outer)?)
}

#[sandbox(isolate = process)]
fn boxed(number: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    Ok(number.parse()?)
}

fn errors_of_any_kind(_: &Scratch) -> Verdict {
    let Err(Any(error)) = any(Path::new("/etc/passwd")) else { return Err("it is denied".into()) };
    assert_eq!(error.to_string(), "outer: Permission denied (os error 13)");
    let ours = error.downcast_ref::<landlock_runtime::Error>().ok_or("our own error")?;
    let landlock_runtime::ErrorKind::Body(body) = ours.kind() else { return Err(error) };
    assert_eq!((body.kind(), body.text()), (io::ErrorKind::PermissionDenied, error.to_string().as_str()));

    assert_eq!(boxed("7")?, 7);
    let error = boxed("seven").expect_err("no number");
    assert_eq!(error.to_string(), "invalid digit found in string");
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Fault {
    At { line: u32 },
    Sandbox(String),
}

impl From<landlock_runtime::Error> for Fault {
    fn from(error: landlock_runtime::Error) -> Fault {
        Fault::Sandbox(error.to_string())
    }
}

#[sandbox(isolate = process, read = path)]
fn by_serde(path: &Path) -> Result<u8, Fault> {
    Err(Fault::At { line: 7 })
}

fn errors_by_serde(_: &Scratch) -> Verdict {
    assert_eq!(by_serde(Path::new("/usr")), Err(Fault::At { line: 7 }));
    let Err(Fault::Sandbox(text)) = by_serde(Path::new("/missing")) else { return Err("the path is missing".into()) };
    assert_eq!(text, "\"/missing\": No such file or directory (os error 2)");
    Ok(())
}

/// It can be shown, and that is all.
struct Shown(String);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<landlock_runtime::Error> for Shown {
    fn from(error: landlock_runtime::Error) -> Shown {
        Shown(format!("shown: {error}"))
    }
}

#[sandbox(isolate = process)]
fn only_text(fails: bool) -> Result<u8, Shown> {
    if fails { Err(Shown("text".to_owned())) } else { Ok(1) }
}

fn errors_that_are_text(_: &Scratch) -> Verdict {
    assert!(only_text(false).is_ok_and(|value| value == 1));
    assert!(only_text(true).is_err_and(|error| error.0 == "shown: text"));
    Ok(())
}

#[sandbox(isolate = process, read = path)]
fn opens(path: &Path) -> io::Result<File> {
    assert!(File::open("/etc/group").is_err());
    File::open(path)
}

#[sandbox(isolate = process)]
fn gives_back(file: File) -> File {
    file
}

#[sandbox(isolate = process)]
fn streams(fails: bool) -> Result<UnixStream, Shown> {
    if fails {
        return Err(Shown("no stream".to_owned()));
    }
    let (mine, theirs) = UnixStream::pair().expect("a pair");
    io::Write::write_all(&mut &mine, b"sent before it ended").expect("there is room");
    Ok(theirs)
}

fn open_files(scratch: &Scratch) -> Verdict {
    let path = scratch.file("file")?;
    let read = |mut file: File| {
        let mut text = String::new();
        file.read_to_string(&mut text).map(|_| text)
    };
    assert_eq!(read(opens(&path)?)?, "some bytes");
    assert_eq!(read(gives_back(File::open(&path)?))?, "some bytes");
    assert_eq!(opens(&scratch.join("missing")).expect_err("missing").kind(), io::ErrorKind::NotFound);
    let mut text = String::new();
    streams(false).map_err(|shown| shown.0)?.read_to_string(&mut text)?;
    assert_eq!(text, "sent before it ended");
    assert!(streams(true).is_err_and(|shown| shown.0 == "shown: no stream"));
    Ok(())
}

#[sandbox(isolate = process, read = "/usr")]
fn returns_early(first: bool) -> Listed {
    if first {
        return (Some(0), None);
    }
    let closure = || return_from_a_closure(7);
    assert_eq!(closure(), 7);
    lists()
}

fn return_from_a_closure(value: u8) -> u8 {
    value
}

fn early_returns(_: &Scratch) -> Verdict {
    assert_eq!(returns_early(true), (Some(0), None));
    assert_eq!(returns_early(false), crate::support::INSIDE);
    Ok(())
}

#[sandbox(isolate = process, read = "/missing")]
fn without_a_result() -> u8 {
    unreachable!("the body does not run")
}

#[sandbox(isolate = process, on_error = panic)]
fn panics_instead(fails: bool) -> Result<u8, Fault> {
    assert!(!fails, "own words");
    Ok(1)
}

fn on_error_decides(_: &Scratch) -> Verdict {
    let message = |payload: Box<dyn std::any::Any + Send>| *payload.downcast::<String>().expect("a text");
    let said = catch_unwind(without_a_result).map_err(message).expect_err("the path is missing");
    assert!(said.contains("without_a_result") && said.contains("read = \"/missing\""), "{said}");
    assert_eq!(panics_instead(false), Ok(1));
    let said = catch_unwind(|| panics_instead(true)).map_err(message).expect_err("it panicked");
    assert!(said.contains("panics_instead") && said.contains("its process panicked: own words"), "{said}");
    Ok(())
}
