//! Paths in an order, each once, with what is granted there: one is found in a few steps, however many there are. Two texts
//! that name the same path are one path.
//!
//! Most programs put on one layer and never come here, yet all have this code: it is to be small, and out of line.

use crate::policy::{PathGrant, PathRule, Rights};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

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
    pub(super) fn new(mut entries: Vec<Entry<'a>>) -> Named<'a> {
        sort(&mut entries);
        let mut last = 0;
        for next in 1..entries.len() {
            let entry = entries[next];
            if entry.order(&entries[last]).is_eq() {
                entries[last].rights |= entry.rights;
            } else {
                last += 1;
                entries[last] = entry;
            }
        }
        entries.truncate(last + 1);
        Named(entries)
    }

    /// Optional paths that are missing.
    #[inline(never)]
    pub(super) fn of(paths: &'a [PathBuf]) -> Named<'a> {
        Named::new(paths.iter().map(|path| Entry::new(path, Rights::EMPTY)).collect())
    }

    pub(super) fn has(&self, rule: &PathRule) -> bool {
        rule.optional && self.find(&Entry::new(rule.path(), Rights::EMPTY)).is_some()
    }

    /// Where it stands.
    #[inline(never)]
    pub(super) fn find(&self, wanted: &Entry<'_>) -> Option<usize> {
        self.0.binary_search_by(|entry| entry.order(wanted)).ok()
    }
}

impl<'a> Entry<'a> {
    /// A path, however it is opened.
    pub(super) fn new(path: &'a Path, rights: Rights) -> Entry<'a> {
        Entry { path: path.as_os_str().as_encoded_bytes(), way: 0, rights, others: Rights::EMPTY }
    }

    pub(super) fn of(grant: &'a PathGrant) -> Entry<'a> {
        Entry { way: grant.rule.opening.way(), ..Entry::new(grant.rule.path(), grant.rights) }
    }

    /// The path above this one.
    pub(super) fn above(self) -> Option<Entry<'a>> {
        let end = self.path.iter().rposition(|byte| *byte == b'/')?;
        Some(Entry { path: &self.path[..end], ..self })
    }

    #[inline(never)]
    fn order(&self, other: &Entry<'_>) -> Ordering {
        Plain(self.path).cmp(Plain(other.path)).then(self.way.cmp(&other.way))
    }
}

/// A heap's. That of the standard library is made for speed, and larger than all the rest here.
fn sort(entries: &mut [Entry<'_>]) {
    for top in (0..entries.len() / 2).rev() {
        sink(entries, top);
    }
    for end in (1..entries.len()).rev() {
        entries.swap(0, end);
        sink(&mut entries[..end], 0);
    }
}

/// Sinks one into a heap, until what is below it stands before it in the order.
#[inline(never)]
fn sink(heap: &mut [Entry<'_>], mut top: usize) {
    loop {
        let mut below = 2 * top + 1;
        if heap.get(below + 1).is_some_and(|next| heap[below].order(next).is_lt()) {
            below += 1;
        }
        match heap.get(below) {
            Some(entry) if heap[top].order(entry).is_lt() => heap.swap(top, below),
            _ => return,
        }
        top = below;
    }
}

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
