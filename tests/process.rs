//! `isolate = process`: the call runs in a restricted child process, and comes back.

use landlock_runtime::sandbox;
use std::path::Path;
use std::{fs, io};

#[sandbox(isolate = process, read = path)]
fn lines(path: &Path, other: &Path) -> io::Result<(usize, bool)> {
    let text = fs::read_to_string(path)?;
    Ok((text.lines().count(), fs::read_to_string(other).is_ok()))
}

#[test]
fn values_and_errors_come_back() {
    let (lines, other) = lines(Path::new("/etc/passwd"), Path::new("/etc/group")).unwrap();
    assert!(lines > 0 && !other);
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/etc")]
fn pid(mut n: u32) -> (u32, u32) {
    n += 1;
    (n, std::process::id())
}

#[test]
fn workers_stay() {
    let first = pid(1);
    assert_eq!(first.0, 2);
    assert_eq!(first.1, pid(2).1);
}

#[sandbox(isolate = pool(workers = 2), read = "/etc")]
fn pooled(text: &str) -> (String, bool) {
    (text.to_uppercase(), fs::read_dir("/usr").is_err())
}

#[test]
fn pools() {
    assert_eq!(pooled("a"), ("A".to_owned(), true));
}
