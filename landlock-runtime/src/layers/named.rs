//! Paths in an order, each once, with what is granted there: one is found in a few steps, however many there are. Two texts
//! that name the same path are one path.
//!
//! Most programs put on one layer and never come here, yet all have this code: it is to be small, and out of line.

use crate::policy::{PathRule, Rights};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::path::Path;

pub(super) struct Named<'a>(pub(super) Vec<Entry<'a>>);

/// A path, with the way to open it, where that makes a difference.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    path: &'a [u8],
    way: u8,
    pub(super) rights: Rights,
    /// What the other policy grants there, where two are compared.
    pub(super) others: Rights,
}

impl<'a> Named<'a> {
    pub(super) fn new(entries: Vec<Entry<'a>>) -> Named<'a> {
        // A heap's code is a fraction of that of `sort_unstable`, which is made for speed.
        let mut entries = BinaryHeap::from(entries).into_sorted_vec();
        let mut last = 0;
        for next in 1..entries.len() {
            let entry = entries[next];
            if entry == entries[last] {
                entries[last].rights |= entry.rights;
            } else {
                last += 1;
                entries[last] = entry;
            }
        }
        entries.truncate(last + 1);
        Named(entries)
    }

    /// Where it stands.
    #[inline(never)]
    pub(super) fn find(&self, wanted: &Entry<'a>) -> Option<usize> {
        self.0.binary_search(wanted).ok()
    }
}

impl<'a> Entry<'a> {
    /// A path, however it is opened.
    pub(super) fn new(path: &'a Path, rights: Rights) -> Entry<'a> {
        Entry { path: path.as_os_str().as_encoded_bytes(), way: 0, rights, others: Rights::EMPTY }
    }

    pub(super) fn of(grant: &'a PathRule) -> Entry<'a> {
        Entry { way: grant.opening.way(), ..Entry::new(grant.path(), grant.rights) }
    }

    /// The path above this one.
    pub(super) fn above(self) -> Option<Entry<'a>> {
        let end = self.path.iter().rposition(|byte| *byte == b'/')?;
        Some(Entry { path: &self.path[..end], ..self })
    }
}

/// By the path and the way to open it.
impl Ord for Entry<'_> {
    #[inline(never)]
    fn cmp(&self, other: &Self) -> Ordering {
        Plain(self.path).cmp(Plain(other.path)).then(self.way.cmp(&other.way))
    }
}

impl PartialOrd for Entry<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry<'_> {}

/// The text of a path without what says nothing, so that equal paths are equal texts: to compare them part by part takes
/// longer. That of `/` is empty.
struct Plain<'a>(&'a [u8]);

impl Iterator for Plain<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            match self.0 {
                [b'/', b'.', rest @ ..] | [b'/', rest @ ..] if matches!(rest, [] | [b'/', ..]) => self.0 = rest,
                [byte, rest @ ..] => {
                    self.0 = rest;
                    return Some(*byte);
                }
                [] => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_paths_are_equal_texts() {
        for (path, text) in [
            ("/", ""),
            ("//", ""),
            ("/.", ""),
            ("/usr", "/usr"),
            ("/usr/", "/usr"),
            ("//usr///lib//", "/usr/lib"),
            ("/usr/./lib/.", "/usr/lib"),
            ("/./././usr", "/usr"),
            ("/usr/.hidden", "/usr/.hidden"),
            ("/usr/..", "/usr/.."),
            ("./usr", "./usr"),
            ("", ""),
        ] {
            assert_eq!(Plain(path.as_bytes()).collect::<Vec<_>>(), text.as_bytes(), "{path:?}");
            let text = if path.starts_with('/') && text.is_empty() { "/" } else { text };
            assert_eq!(Path::new(path), Path::new(text), "to the standard library, too");
        }
    }

    #[test]
    fn each_is_found_with_all_rights_on_it() {
        let (read, write) = (Rights::READ, Rights::WRITE);
        let paths: Vec<_> = (0..101).map(|number| format!("/{}", number * 37 % 101)).collect();
        let entries = |rights| paths.iter().map(move |path| Entry::new(Path::new(path), rights));
        let named = Named::new(entries(read).chain(entries(write)).collect());
        assert_eq!(named.0.len(), paths.len());
        for entry in entries(read) {
            let place = named.find(&entry).expect("it is there");
            assert_eq!((named.0[place].path, named.0[place].rights), (entry.path, read | write));
        }
        for missing in ["/", "/101", "/a", "1", "/1/1"] {
            assert_eq!(named.find(&Entry::new(Path::new(missing), read)), None, "{missing}");
        }
        assert!(Named::new(Vec::new()).find(&Entry::new(Path::new("/"), read)).is_none());
    }

    #[test]
    fn above_a_path_are_its_parents() {
        let above = |path| {
            let paths = std::iter::successors(Some(Entry::new(Path::new(path), Rights::EMPTY)), |entry| entry.above());
            paths.map(|entry| Plain(entry.path).map(char::from).collect()).collect::<Vec<String>>()
        };
        assert_eq!(above("/usr/lib"), ["/usr/lib", "/usr", ""]);
        assert_eq!(above("/"), ["", ""]);
        assert_eq!(above("usr/lib"), ["usr/lib", "usr"]);
    }
}
