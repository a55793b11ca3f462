//! Every kind of argument, as it arrives in the child.

use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

pub(crate) const CASES: &[Case] = &[
    case!(owned_and_borrowed_values),
    case!(paths_and_text_as_they_are),
    case!(open_files_by_descriptor),
    case!(generics),
    case!(methods),
    case!(another_method_of_the_name_is_an_error),
    case!(patterns),
    case!(none_and_many),
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Job {
    name: String,
    weight: Option<Option<u8>>,
}

fn job() -> Job {
    Job { name: "job".to_owned(), weight: Some(None) }
}

#[sandbox(isolate = process)]
fn owned(job: Job, jobs: Vec<Job>, number: u128, unit: (), letter: char) -> (Job, Vec<Job>, u128, (), char) {
    (job, jobs, number, unit, letter)
}

#[sandbox(isolate = process(reuse, workers = 1))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "references are the subject")]
fn borrowed(job: &Job, jobs: &[Job], numbers: &Vec<u32>, number: &u64, pair: &(u8, String)) -> String {
    format!("{job:?} {jobs:?} {numbers:?} {number} {pair:?}")
}

fn owned_and_borrowed_values(_: &Scratch) -> Verdict {
    let all = (job(), vec![job(), Job::default()], u128::MAX, (), 'ß');
    assert_eq!(owned(all.0.clone(), all.1.clone(), all.2, (), all.4), all);
    let pair = (7, "pair".to_owned());
    let expected = format!("{:?} {:?} [1, 2] 3 {pair:?}", all.0, all.1);
    for _ in 0..2 {
        assert_eq!(borrowed(&all.0, &all.1, &vec![1, 2], &3, &pair), expected);
    }
    Ok(())
}

#[sandbox(isolate = process)]
fn paths(one: &Path, two: PathBuf, three: &PathBuf, four: &OsStr, five: OsString, six: &OsString) -> Vec<Vec<u8>> {
    let all = [one.as_os_str(), two.as_os_str(), three.as_os_str(), four, &five, six];
    all.map(|name| name.as_bytes().to_vec()).into()
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn text(one: &str, two: String, three: &String, bytes: &[u8], list: Vec<u8>, lent: &Vec<u8>) -> (String, Vec<u8>) {
    (format!("{one}{two}{three}"), [bytes, &list, lent].concat())
}

fn paths_and_text_as_they_are(_: &Scratch) -> Verdict {
    for bytes in [b"/plain".as_slice(), b"", b"/not \xff\xfe UTF-8 \0"] {
        let (name, path) = (OsStr::from_bytes(bytes), Path::new(OsStr::from_bytes(bytes)));
        let (owned, path_buf) = (name.to_owned(), path.to_owned());
        let arrived = paths(path, path_buf.clone(), &path_buf, name, owned.clone(), &owned);
        assert_eq!(arrived, [bytes; 6]);
    }
    let (three, lent) = ("drei".to_owned(), vec![255]);
    let arrived = text("öne", String::new(), &three, b"\0\x01", vec![2], &lent);
    assert_eq!(arrived, ("önedrei".to_owned(), vec![0, 1, 2, 255]));
    Ok(())
}

#[sandbox(isolate = process)]
fn files(mut file: File, lent: &File, stream: &UnixStream, other: OwnedFd) -> io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    text.push('+');
    let mut lent = lent;
    lent.read_to_string(&mut text)?;
    let mut stream = stream;
    stream.write_all(b"from the body")?;
    File::from(other).write_all(b"into a pipe")?;
    assert!(File::open("/etc/passwd").is_err(), "nothing but what came is readable");
    Ok(text)
}

fn open_files_by_descriptor(scratch: &Scratch) -> Verdict {
    let (one, two) = (scratch.file("one")?, scratch.file("two")?);
    std::fs::write(&two, "others")?;
    let lent = File::open(two)?;
    let (mut here, there) = UnixStream::pair()?;
    let (mut reader, writer) = io::pipe()?;
    assert_eq!(files(File::open(one)?, &lent, &there, writer.into())?, "some bytes+others");
    drop(there);
    let mut text = String::new();
    here.read_to_string(&mut text)?;
    reader.read_to_string(&mut text)?;
    assert_eq!(text, "from the bodyinto a pipe", "what was lent is open here alone, what was given nowhere");
    assert_eq!(lent.metadata()?.len(), 6, "what was lent stays open");
    Ok(())
}

#[sandbox(isolate = process, read = path)]
fn generic<T, U>(path: impl AsRef<Path> + Serialize + DeserializeOwned, value: T, lent: &U) -> (bool, T, U)
where
    T: Serialize + DeserializeOwned,
    U: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    (std::fs::read_dir(path).is_ok(), value, lent.clone())
}

fn generics(_: &Scratch) -> Verdict {
    assert_eq!(generic("/usr".to_owned(), 7_u8, &job()), (true, 7, job()));
    assert_eq!(generic(PathBuf::from("/etc"), job(), &'c'), (true, job(), 'c'));
    Ok(())
}

trait Measure {
    fn measure(&self, more: &str) -> usize;
    fn consume(self, more: String) -> String;
}

impl Job {
    #[sandbox(isolate = process, read = dir)]
    fn lists(&self, dir: &Path, _unused: u8) -> (String, bool) {
        (self.name.clone(), std::fs::read_dir(dir).is_ok() && std::fs::read_dir("/etc").is_err())
    }

    #[sandbox(isolate = process)]
    fn named(name: &str) -> Job {
        Job { name: name.to_owned(), weight: None }
    }
}

impl Measure for Job {
    #[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
    fn measure(&self, more: &str) -> usize {
        self.name.len() + more.len()
    }

    #[sandbox(isolate = process)]
    fn consume(self, mut more: String) -> String {
        more.push_str(&self.name);
        more
    }
}

fn methods(_: &Scratch) -> Verdict {
    assert_eq!(job().lists(Path::new("/usr"), 0), ("job".to_owned(), true));
    assert_eq!(Job::named("new").name, "new");
    assert_eq!((job().measure("four"), job().measure("")), (7, 3));
    assert_eq!(job().consume("a ".to_owned()), "a job");
    Ok(())
}

#[derive(Serialize, Deserialize, Clone)]
struct Twice;

trait Counted {
    fn count(&self) -> io::Result<u8>;
}

#[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "it stands in the way of the other")]
impl Twice {
    fn count(&self) -> io::Result<u8> {
        Ok(1)
    }
}

impl Counted for Twice {
    #[sandbox(isolate = process)]
    fn count(&self) -> io::Result<u8> {
        Ok(2)
    }
}

/// The child finds a method by its name, and an inherent one comes first: not unnoticed.
fn another_method_of_the_name_is_an_error(_: &Scratch) -> Verdict {
    assert_eq!(Twice.count()?, 1);
    let error = Counted::count(&Twice).expect_err("the body would be another").to_string();
    assert!(error.contains("of the same name"), "{error}");
    Ok(())
}

#[sandbox(isolate = process)]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "references are the subject")]
fn matched(
    (one, mut two): (u32, u32),
    [three, ..]: [u32; 3],
    mut four: Vec<u32>,
    Job { name, .. }: Job,
    &five: &u32,
    _: u8,
    _unused: String,
) -> (Vec<u32>, String) {
    two += 1;
    four.extend([one, two, three, five]);
    (four, name)
}

fn patterns(_: &Scratch) -> Verdict {
    let found = matched((1, 2), [3, 4, 5], vec![0], job(), &9, 0, String::new());
    assert_eq!(found, (vec![0, 1, 3, 3, 9], "job".to_owned()));
    Ok(())
}

#[sandbox(isolate = process)]
fn none() -> u32 {
    std::process::id()
}

#[sandbox(isolate = process)]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
fn twelve(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8) -> [u8; 12] {
    [a, b, c, d, e, f, g, h, i, j, k, l]
}

fn none_and_many(_: &Scratch) -> Verdict {
    assert_ne!(none(), std::process::id());
    assert_eq!(twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    Ok(())
}
