//! ELF files of 64 bits with nothing in them but what a loader goes by.

/// A file to be made: what it names, and for which machine.
#[derive(Clone)]
pub(super) struct Forged {
    machine: u16,
    interpreter: Option<&'static str>,
    names: Vec<(u64, &'static str)>,
}

const X86_64: u16 = 62;
const AARCH64: u16 = 183;

impl Forged {
    pub(super) fn library() -> Forged {
        Forged { machine: X86_64, interpreter: None, names: Vec::new() }
    }

    pub(super) fn foreign_library() -> Forged {
        Forged { machine: AARCH64, ..Forged::library() }
    }

    pub(super) fn program(interpreter: &'static str) -> Forged {
        Forged { interpreter: Some(interpreter), ..Forged::library() }
    }

    pub(super) fn needs(self, name: &'static str) -> Forged {
        self.with(1, name)
    }

    pub(super) fn rpath(self, paths: &'static str) -> Forged {
        self.with(15, paths)
    }

    pub(super) fn runpath(self, paths: &'static str) -> Forged {
        self.with(29, paths)
    }

    fn with(mut self, tag: u64, text: &'static str) -> Forged {
        self.names.push((tag, text));
        self
    }

    /// Header, three program headers, dynamic table, strings, all loaded to where they are in the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        const DYNAMIC: u64 = 64 + 3 * 56;
        let strings_at = DYNAMIC + 16 * (self.names.len() as u64 + 2);
        let mut strings = vec![0];
        let mut string = |text: &str| {
            let at = strings.len() as u64;
            strings.extend_from_slice(text.as_bytes());
            strings.push(0);
            at
        };
        let mut dynamic = vec![(5, strings_at)];
        dynamic.extend(self.names.iter().map(|(tag, text)| (*tag, string(text))));
        dynamic.push((0, 0));
        let interpreter = self.interpreter.map(|path| (strings_at + string(path), path.len() as u64 + 1));
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
        for half in [64_u16, 56, 3, 0, 0, 0] {
            file.extend(half.to_le_bytes());
        }
        let dynamic_size = strings_at - DYNAMIC;
        let (interpreter_at, interpreter_size) = interpreter.unwrap_or_default();
        let interpreter_kind = if interpreter.is_some() { 3_u32 } else { 0 };
        for (kind, at, size) in
            [(1, 0, end), (interpreter_kind, interpreter_at, interpreter_size), (2, DYNAMIC, dynamic_size)]
        {
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
