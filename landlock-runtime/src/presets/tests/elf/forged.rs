//! ELF files of 64 bits with nothing in them but what a loader goes by.

use std::collections::BTreeMap;

/// A file to be made: what it names, and for which machine.
#[derive(Clone)]
pub(super) struct Forged {
    machine: u16,
    interpreters: Vec<&'static str>,
    names: Vec<(u64, String)>,
}

const X86_64: u16 = 62;
const AARCH64: u16 = 183;

impl Forged {
    pub(super) fn library() -> Forged {
        Forged { machine: X86_64, interpreters: Vec::new(), names: Vec::new() }
    }

    pub(super) fn foreign_library() -> Forged {
        Forged { machine: AARCH64, ..Forged::library() }
    }

    pub(super) fn program(interpreter: &'static str) -> Forged {
        Forged { interpreters: vec![interpreter], ..Forged::library() }
    }

    /// A second interpreter, in a program header behind the first.
    pub(super) fn interpreter(mut self, interpreter: &'static str) -> Forged {
        self.interpreters.push(interpreter);
        self
    }

    pub(super) fn needs(self, name: impl Into<String>) -> Forged {
        self.with(1, name)
    }

    pub(super) fn rpath(self, paths: impl Into<String>) -> Forged {
        self.with(15, paths)
    }

    pub(super) fn runpath(self, paths: impl Into<String>) -> Forged {
        self.with(29, paths)
    }

    fn with(mut self, tag: u64, text: impl Into<String>) -> Forged {
        self.names.push((tag, text.into()));
        self
    }

    /// Header, program headers, dynamic table, strings, all loaded to where they are in the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let headers = if self.interpreters.len() > 1 { 4_u16 } else { 3 };
        let dynamic_at = 64 + 56 * u64::from(headers);
        let strings_at = dynamic_at + 16 * (self.names.len() as u64 + 2);
        let mut strings = vec![0];
        let mut known = BTreeMap::new();
        let mut string = |text: &str| {
            if let Some(at) = known.get(text) {
                return *at;
            }
            let at = strings.len() as u64;
            known.insert(text.to_owned(), at);
            strings.extend_from_slice(text.as_bytes());
            strings.push(0);
            at
        };
        let mut dynamic = vec![(5, strings_at)];
        dynamic.extend(self.names.iter().map(|(tag, text)| (*tag, string(text))));
        dynamic.push((0, 0));
        let mut interpreters: Vec<_> =
            self.interpreters.iter().map(|path| (3_u32, strings_at + string(path), path.len() as u64 + 1)).collect();
        if interpreters.is_empty() {
            interpreters.push((0, 0, 0));
        }
        let end = strings_at + strings.len() as u64;

        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        for half in [3, self.machine] {
            file.extend(half.to_le_bytes());
        }
        file.extend(1_u32.to_le_bytes());
        for word in [0_u64, 64, 0] {
            file.extend(word.to_le_bytes());
        }
        file.extend(0_u32.to_le_bytes());
        for half in [64_u16, 56, headers, 0, 0, 0] {
            file.extend(half.to_le_bytes());
        }
        let dynamic_size = strings_at - dynamic_at;
        let segments = [(1, 0, end)].into_iter().chain(interpreters).chain([(2, dynamic_at, dynamic_size)]);
        for (kind, at, size) in segments {
            file.extend(kind.to_le_bytes());
            file.extend(4_u32.to_le_bytes());
            for word in [at, at, at, size, size, 8] {
                file.extend(word.to_le_bytes());
            }
        }
        for (tag, value) in dynamic {
            file.extend(tag.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        file.extend(strings);
        file
    }
}
